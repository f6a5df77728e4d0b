"""Takes the README's screenshots of the real pages: `python -m tests.browser.screenshots FOLDER`."""

import sys
import tempfile
import time
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from core.model.presets import PRESETS
from tests.browser.server import Server, open_page, opened_browser
from tests.browser.strokes import draw

SIZE = {"width": 1280, "height": 860}
WHOLE = (("train", "results"), ("draw", "compare"))
"""The pages of the one picture that shows the whole, row by row."""
TILE, GAP = (800, 538), 12


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as home, opened_browser() as browser:
        server = Server(Path(home))
        try:
            _shoot(server, browser, folder)
        finally:
            server.end()
    _whole(folder).save(folder / "overview.png", optimize=True)


def _shoot(server: Server, browser: Browser, folder: Path) -> None:
    page = open_page(browser, server.url, viewport=SIZE, color_scheme="light")
    _train(page, "Quick start")
    page.get_by_text("Epoch 4 of").wait_for(timeout=120_000)
    page.screenshot(path=folder / "train.png")
    page.locator(".digits-network").screenshot(path=folder / "film.png")
    page.get_by_text("Full results of this run").click(timeout=120_000)
    page.get_by_text("Top 6 errors").wait_for()
    page.set_viewport_size({"width": 1280, "height": 1750})
    time.sleep(3)
    page.screenshot(path=folder / "results.png")
    page.locator(".digits-network").screenshot(path=folder / "network.png")
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{page.url}&present=3")
    page.locator(".digits-plot .heatmaplayer .hm").first.wait_for(state="attached")
    time.sleep(3)
    page.screenshot(path=folder / "slide.png")

    page = open_page(browser, server.url, viewport=SIZE, color_scheme="dark")
    for preset in ("mlp", "broken-on-purpose"):
        page.get_by_role("combobox", name="Preset").click()
        page.get_by_role("option", name=PRESETS[preset].title).click()
        page.get_by_text("1 · Flatten").first.wait_for()
        time.sleep(1)
        _train(page, PRESETS[preset].title)
        time.sleep(3)
    while any(run.is_live for run in server.store.runs()):
        time.sleep(1)
    ids = ",".join(run.id for run in reversed(server.store.runs()))
    page = open_page(
        browser, f"{server.url}/compare?compare={ids}&view=Curves", viewport=SIZE, color_scheme="dark"
    )
    page.locator(".digits-plot .scatterlayer").first.wait_for()
    page.set_viewport_size({"width": 1280, "height": 1150})
    time.sleep(3)
    page.screenshot(path=folder / "compare.png")
    page.goto(f"{server.url}/runs")
    page.get_by_test_id("data-grid-canvas").first.wait_for()
    page.set_viewport_size({"width": 1280, "height": 480})
    time.sleep(2)
    page.screenshot(path=folder / "runs.png")

    page = open_page(browser, f"{server.url}/draw", viewport={"width": 1280, "height": 1100})
    draw(page, 5)
    page.get_by_test_id("stMetricValue").first.wait_for()
    time.sleep(3)
    page.screenshot(path=folder / "draw.png")
    tall = {"width": 1280, "height": 980}
    page = open_page(browser, f"{server.url}/optimizers", viewport=tall, color_scheme="dark")
    page.locator(".digits-plot .contourlayer").first.wait_for(state="attached")
    time.sleep(3)
    page.screenshot(path=folder / "optimizers.png")


def _whole(folder: Path) -> Image.Image:
    """Return the upper parts of four pages as one picture."""
    (width, height), rows, columns = TILE, len(WHOLE), len(WHOLE[0])
    size = (columns * (width + GAP) - GAP, rows * (height + GAP) - GAP)
    whole = Image.new("RGB", size, "#8a8f98")
    for row, names in enumerate(WHOLE):
        for column, name in enumerate(names):
            with Image.open(folder / f"{name}.png") as shot:
                part = shot.convert("RGB").crop((0, 0, SIZE["width"], SIZE["height"])).resize(TILE)
            whole.paste(part, (column * (width + GAP), row * (height + GAP)))
    return whole


def _train(page: Page, title: str) -> None:
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".digits-plot .scatterlayer").first.wait_for(timeout=120_000)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

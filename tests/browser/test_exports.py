"""A run leaves one dashboard as a zip and enters another; its report opens from a file, without a network."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from core.analysis.predictions import Predictions
from core.data import mnist
from core.model.presets import PRESETS
from core.runs.artifacts import TEST, VALIDATION
from core.runs.records import EpochPoint, Progress, Results, StepPoint
from core.runs.status import RunStatus
from core.runs.store import RunStore
from tests.browser.server import Server, new_page, open_page

NAME = "Mine </script><img src=x onerror=alert(1)>"


def saved(store: RunStore) -> str:
    """Save an ended run with curves and made-up predictions, one in ten of them wrong."""
    run = store.create(PRESETS["quick-start"].spec, NAME, "quick-start", holder="nobody's worker")
    steps = [StepPoint(n, 2 / n, min(1.0, n / 20), 0.1 * n) for n in range(1, 21)]
    epochs = [EpochPoint(n, 10 * n, 1 / n, 0.8, 0.5 / n, 0.9, 1e-3, float(n)) for n in (1, 2)]
    store.record(run.id, Progress("measuring", 2, 10, 10), steps, epochs)
    index = np.arange(1000)
    for name, pool in ((VALIDATION, mnist.training()), (TEST, mnist.test())):
        labels = pool.labels[index]
        said = np.where(index % 10 == 0, (labels + 1) % 10, labels)
        chances = (0.02 + 0.8 * np.eye(10)[said]).astype(np.float32)
        store.put_artifact(run.id, name, Predictions(index, labels, chances).to_bytes())
    store.end(run.id, RunStatus.FINISHED, results=Results(2, 0.25, 0.9, 1000, 0.26, 0.9, 1000))
    return run.id


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """Another dashboard, without any run."""
    server = Server(tmp_path / "empty")
    yield server
    server.end()


@pytest.mark.slow
def test_a_run_moves_to_another_dashboard_and_its_report_opens_without_a_network(
    server: Server, empty: Server, browser: Browser, tmp_path: Path
) -> None:
    run_id = saved(server.store)
    page = open_page(browser, f"{server.url}/results?run={run_id}")
    page.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    address = page.get_by_role("link", name="Report (HTML)").evaluate("link => link.href")
    (tmp_path / "report.html").write_bytes(page.context.request.get(address).body())
    with page.expect_download() as download:
        page.get_by_role("link", name="Whole run (zip)").click()
    assert download.value.suggested_filename == f"mine-script-img-src-x-onerror-alert-1-{run_id}.zip"
    download.value.save_as(tmp_path / "run.zip")

    there = open_page(browser, f"{empty.url}/runs")
    expect(there.get_by_text("No run has been saved yet").first).to_be_visible()
    there.get_by_role("button", name="Import a run").last.click()
    there.locator("input[type=file]").set_input_files(tmp_path / "run.zip")
    there.get_by_role("link", name="Its results").last.click()
    expect(there.get_by_text("Top 6 errors").first).to_be_visible()
    there.wait_for_selector(".js-plotly-plot .heatmaplayer")
    (imported,) = empty.store.runs()
    assert (imported.name, imported.results) == (NAME, server.store.get(run_id).results)
    assert f"run={imported.id}" in there.url
    assert imported.owner is not None

    seen: list[str] = []
    phone = {"width": 390, "height": 800}
    report = new_page(browser, offline=True, color_scheme="dark", viewport=phone)
    report.on("console", lambda message: seen.append(message.text))
    report.on("pageerror", lambda error: seen.append(str(error)))
    report.on("dialog", lambda dialog: seen.append(dialog.message))
    report.on("request", lambda request: seen.append(request.url))
    file = (tmp_path / "report.html").as_uri()
    report.goto(file)
    expect(report.get_by_role("heading", level=1)).to_have_text(NAME)
    report.wait_for_selector(".plot .heatmaplayer image")
    report.wait_for_function("document.querySelectorAll('.plot .scatterlayer .trace').length >= 6")
    assert report.locator(".gallery img").count() == 12
    assert report.evaluate("[...document.images].every((image) => image.naturalWidth === 28)")
    assert report.evaluate("document.documentElement.scrollWidth") <= 390
    text = report.evaluate("document.querySelector('.plot .xtick text').style.fill")
    ground = report.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (text, ground) == ("rgb(230, 233, 238)", "rgb(18, 22, 29)")
    assert [what for what in seen if what != file and not what.startswith("data:")] == []

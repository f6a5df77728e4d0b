"""From `streamlit run` to a page that can be used, on a phone too, and from a click to a batch."""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.served import served
from benchmarks.turns import Row, at_most, compared, show
from core.home import PROJECT
from tests.browser.server import (
    WITH_WINDOWS,
    Server,
    new_page,
    opened_browser,
    run_of,
    wait_until_whole,
)
from tests.patience import until
from tests.ports import free_port

PAIRS, VISITS, CLICKS = 4, 4, 4
USABLE, ON_A_PHONE, WARM, COLD = at_most(2.0), at_most(6.0), at_most(1.0), at_most(10.0)
TRAIN, LAST = ".st-key-train button", ".stSlider"
"""Selectors of the button and of what the page ends with."""
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 750e3 / 8 * 0.9,
}
"""What Chromium's developer tools call "Slow 4G": milliseconds, and bytes a second."""


def rows() -> Iterator[Row]:
    """Compare the start of the dashboard with that of an empty app, and each later time with the first."""
    with opened_browser(WITH_WINDOWS) as browser, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        yield from _starts(browser, home)
        with served(home) as server:
            _until_it_packs(browser, server)
            first, *later = _phone(browser, server)
        what = "a page on “Slow 4G”: a later visit / the first"
        yield Row(what, statistics.median(later), first, goal=ON_A_PHONE)
        with served(home) as server:
            page = new_page(browser)
            cold, *warm = (_first_batch(page, server) for _ in range(CLICKS))
            page.context.close()
        what = "from the click to a batch on the page: worker "
        yield Row(f"{what}just started", cold, goal=COLD)
        yield Row(f"{what}warm", statistics.median(warm), goal=WARM)


def _starts(browser: Browser, home: Path) -> Iterator[Row]:
    """Compare starts for a browser that has never been there, and for one that keeps Streamlit's scripts."""
    ours, theirs = partial(_dashboard, home, free_port()), partial(_empty, home, free_port())
    pairs = [
        (_new_and_again(browser, ours, TRAIN, LAST), _new_and_again(browser, theirs, "h1", "h1"))
        for _ in range(PAIRS + 1)
    ][1:]
    usable, whole, again = ([(one[at], other[at]) for one, other in pairs] for at in range(3))
    what = "from `streamlit run` to a page: Train's button / the heading of an app of one line"
    yield compared(what, usable, goal=USABLE)
    yield compared("… to all of it", whole)
    yield compared(f"{what}, in a browser that has been there before", again, goal=USABLE)


App = Callable[[], AbstractContextManager[str]]
"""Starts an app, gives its address as soon as it listens, and ends it."""


@contextmanager
def _dashboard(home: Path, port: int) -> Iterator[str]:
    with served(home, port=port) as server:
        yield server.url


@contextmanager
def _empty(home: Path, port: int) -> Iterator[str]:
    """Start an app that has a heading and nothing else."""
    script = home / "empty.py"
    script.write_text("import streamlit as st\nst.title('Empty')\n", encoding="utf-8")
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            _until_it_listens(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()


def _new_and_again(browser: Browser, app: App, first: str, last: str) -> tuple[float, float, float]:
    """Return what `_started` does for a new browser, and its first for that one at the app's next start."""
    page = new_page(browser)
    usable, whole = _started(page, app, first, last)
    again, _ = _started(page.context.new_page(), app, first, last)
    page.context.close()
    return usable, whole, again


def _started(page: Page, app: App, first: str, last: str) -> tuple[float, float]:
    """Return the seconds since an app's start until an empty tab shows what selectors name, and all stands.

    The tab is there before: to have the browser make one takes a third of a second of its own.
    """
    begin = time.time()
    with app() as url:
        page.goto(url)
        there = _seen(page, first) - begin
        _seen(page, last)
        wait_until_whole(page)
        took = time.time() - begin
        page.close()
    return there, took


def _seen(page: Page, selector: str, text: str = "") -> float:
    """Return the Unix time at which the browser has what a selector names, its text as a pattern says.

    The browser looks for it in each of its frames; Playwright's own waiting would ask every half a second.
    """
    has = "([selector, text]) => [...document.querySelectorAll(selector)]"
    has += ".some((found) => found.textContent.match(text)) && Date.now() / 1000"
    seen = page.wait_for_function(has, arg=[selector, text], polling="raf").json_value()
    return float(seen)


def _until_it_listens(port: int) -> None:
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


def _phone(browser: Browser, server: Server) -> Iterator[float]:
    """Yield the seconds of visits over a slow connection, one after another, the browser's cache kept."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.set_default_timeout(120_000)
    tools = page.context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW_4G)
    for _ in range(VISITS):
        yield _visit(page, server.url)
    page.context.close()


def _until_it_packs(browser: Browser, server: Server) -> None:
    """Return when the server's scripts go packed, as they do to all but its very first visitors."""
    page = new_page(browser)
    page.goto(server.url)
    script = page.locator("script[src]").first.evaluate("(one) => one.src")
    until(lambda: "content-encoding" in page.request.get(script).headers)
    page.context.close()


def _visit(page: Page, url: str) -> float:
    begin = time.time()
    page.goto(url)
    return _seen(page, TRAIN) - begin


def _first_batch(page: Page, server: Server) -> float:
    """Return the seconds from a click on Train, on a page that is whole, until the page tells of a batch."""
    page.goto(server.url)
    wait_until_whole(page)
    page.get_by_role("button", name="Train", exact=True).click()
    begin = time.time()
    took = _seen(page, ".stProgress", "^Batch [1-9]") - begin
    run = run_of(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    until(lambda: server.store.get(run).results is not None)
    return took


if __name__ == "__main__":
    show(rows())

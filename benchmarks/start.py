"""From `streamlit run` to a page that can be used, from a click to a batch; a phone; the server's memory.

Where a goal is set, it is what the time or the memory is compared with.
"""

import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page

from benchmarks.turns import Row, compared
from core.home import PROJECT
from tests.browser.server import Server, open_page, opened_browser, run_of
from tests.patience import until

PAIRS, VISITS, CLICKS = 4, 4, 4
USABLE, ON_A_PHONE, FIRST_BATCH, MEMORY = 2.0, 6.0, 1.0, 250e6
"""The goals: seconds, and bytes of the server."""
SLOW_4G = {
    "offline": False,
    "latency": 562.5,
    "downloadThroughput": 1.6e6 / 8 * 0.9,
    "uploadThroughput": 750e3 / 8 * 0.9,
}
"""What Chromium's developer tools call "Slow 4G": milliseconds, and bytes a second."""


def start() -> list[Row]:
    """Compare the start of the dashboard with that of an empty app, and what is waited for with the goals."""
    with opened_browser() as browser, tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        pairs = [(_dashboard(browser, home)[0], _empty(browser, home)) for _ in range(PAIRS + 1)][1:]
        first, again = _phone(browser, home)
        cold, warm = _clicked(browser, home)
        memory = _dashboard(browser, home)[1]
    usable = statistics.median(dashboard for dashboard, _ in pairs)
    return [
        compared("from the start to a page: the dashboard / an app of one line", pairs),
        Row("… the dashboard / 2 s", usable, USABLE, usable / USABLE),
        Row("a page on “Slow 4G”: the first visit / a later one", first, again, first / again),
        Row("… a later one / 6 s", again, ON_A_PHONE, again / ON_A_PHONE),
        Row("from the click to a batch on the page: cold worker / warm", cold, warm, cold / warm),
        Row("… warm / 1 s", warm, FIRST_BATCH, warm / FIRST_BATCH),
        Row("the server's memory with a page open / 250 MB", memory, MEMORY, memory / MEMORY, "MB"),
    ]


def _dashboard(browser: Browser, home: Path) -> tuple[float, float]:
    """Return the seconds until a page stands, and the server's bytes then."""
    begin = time.perf_counter()
    server = Server(home)
    try:
        page = open_page(browser, server.url)
        page.get_by_role("button", name="Train", exact=True).wait_for()
        took, memory = time.perf_counter() - begin, psutil.Process(server.process.pid).memory_info().rss
        page.context.close()
    finally:
        server.end()
    return took, float(memory)


def _empty(browser: Browser, home: Path) -> float:
    script = home / "empty.py"
    script.write_text("import streamlit as st\nst.title('Empty')\n", encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begin = time.perf_counter()
    options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *options]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            _until_it_listens(port)
            page = open_page(browser, f"http://127.0.0.1:{port}")
            took = time.perf_counter() - begin
            page.context.close()
        finally:
            app.terminate()
    return took


def _until_it_listens(port: int) -> None:
    while True:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)


def _phone(browser: Browser, home: Path) -> tuple[float, float]:
    """Return the seconds of a first and of later visits over a slow connection, the browser's cache kept."""
    server = Server(home)
    try:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.set_default_timeout(120_000)
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.send("Network.emulateNetworkConditions", SLOW_4G)
        first, *later = (_visit(page, server.url) for _ in range(VISITS))
        page.context.close()
    finally:
        server.end()
    return first, statistics.median(later)


def _visit(page: Page, url: str) -> float:
    begin = time.perf_counter()
    page.goto(url)
    page.get_by_role("button", name="Train", exact=True).wait_for()
    return time.perf_counter() - begin


def _clicked(browser: Browser, home: Path) -> tuple[float, float]:
    """Return the seconds from a click on Train until the page tells of a batch, at first and later.

    At first the worker has just been started with the server.
    """
    server = Server(home)
    try:
        page = open_page(browser, server.url)
        first, *later = (_first_batch(page, server) for _ in range(CLICKS))
        page.context.close()
    finally:
        server.end()
    return first, statistics.median(later)


def _first_batch(page: Page, server: Server) -> float:
    page.goto(server.url)
    page.get_by_role("button", name="Train", exact=True).click()
    begin = time.perf_counter()
    page.get_by_text(re.compile(r"^Batch [1-9]")).first.wait_for()
    took = time.perf_counter() - begin
    run = run_of(page)
    page.get_by_role("button", name="Stop", exact=True).click()
    until(lambda: server.store.get(run).results is not None)
    return took

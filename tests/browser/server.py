"""The dashboard as its users start it, in a process of its own, and a browser to look at it with."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from playwright.sync_api import Browser, FrameLocator, Page, sync_playwright

from core.home import PROJECT
from core.host import VARIABLE
from core.runs.store import RunStore
from tests.patience import SECONDS
from tests.ports import free_port

WITH_WINDOWS = shutil.which("chromium") or shutil.which("chromium-browser")
"""Debian's browser as people use it."""
CHROMIUM = shutil.which("chromium-headless-shell") or WITH_WINDOWS
"""The same engine, made for tests: it draws no window around a page, which costs a second each."""
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--host-resolver-rules=MAP *.example 127.0.0.1",
]


class Server:
    """`streamlit run app.py` with a home and settings of its own, at a path such as "/class", for a host.

    Where nothing is to be trained, `DIGITS_WORKERS="0"` spares the machine the worker that else starts.
    """

    def __init__(
        self,
        home: Path,
        path: str = "",
        host: str = "",
        script: Path = PROJECT / "app.py",
        port: int = 0,
        **settings: str,
    ) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        allowed = {VARIABLE: str(home / "host.toml")} if host else {}
        (home / "host.toml").write_text(host, encoding="utf-8")
        port = port or free_port()
        self.url = f"http://127.0.0.1:{port}{path}"
        self.log = home / "server.log"
        options = ["--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"]
        options.append(f"--server.baseUrlPath={path}")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "streamlit", "run", str(script), *options],
                cwd=PROJECT,
                env=os.environ | {"DIGITS_HOME": str(home), "DIGITS_BUNDLED_RUNS": "no"} | allowed | settings,
                stdout=log,
                stderr=log,
            )
        self._wait_until_healthy()

    @property
    def store(self) -> RunStore:
        return RunStore(f"sqlite:///{self.home / 'runs.sqlite'}")

    def family(self) -> list[psutil.Process]:
        """Return the server and all its processes."""
        server = psutil.Process(self.process.pid)
        return [server, *server.children(recursive=True)]

    def end(self, number: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(timeout=SECONDS)

    def _wait_until_healthy(self) -> None:
        give_up = time.monotonic() + SECONDS
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=SECONDS).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > give_up:
                    raise RuntimeError(f"The server did not start:\n{self.log.read_text()}") from None
                time.sleep(0.02)


@contextmanager
def opened_browser(path: str | None = CHROMIUM) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def run_of(page: Page) -> str:
    """Return the run in a page's address, once there is one."""
    page.wait_for_url(re.compile("run="))
    found = re.search("run=([0-9a-f]+)", page.url)
    assert found
    return found[1]


def new_page(browser: Browser, script: str = "", **context: object) -> Page:
    """Return an empty page in a context of its own, as a second person has; `script` runs first."""
    visitor = browser.new_context(**{"viewport": {"width": 1360, "height": 900}} | context)  # type: ignore[arg-type]
    visitor.set_default_timeout(1000 * SECONDS)
    visitor.add_init_script(script)
    return visitor.new_page()


def open_page(browser: Browser, url: str, script: str = "", **context: object) -> Page:
    """Open `url` in a `new_page`, and wait until the page is whole."""
    page = new_page(browser, script, **context)
    page.goto(url)
    wait_until_whole(page)
    return page


def wait_until_whole(page: Page) -> None:
    """Wait until all of a page is drawn: what comes last may move what stands, under a hand that begins."""
    title = page.get_by_role("heading", level=1).first  # a note on a run may hold others
    title.wait_for()
    wait_until_ended(page)
    if title.inner_text().startswith("Train"):  # which comes in two to a new visitor
        page.locator(".st-key-digits-preload").wait_for(state="attached")
        wait_until_ended(page)
    page.get_by_test_id("stSkeleton").first.wait_for(state="detached")  # a kind's script is on its way
    page.evaluate("document.fonts.ready.then(() => true)")


def wait_until_ended(page: Page | FrameLocator) -> None:
    """Wait until the page's script has ended: of what has begun to be drawn anew, nothing is old any more."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()

"""Several dashboards behind one address: they share a store, and a proxy keeps each visitor with one."""

import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from core.runs.store import RunStore
from pages.shared.tokens import COOKIE
from tests.browser.proxy import Caddy, Proxy
from tests.browser.server import Server, open_page
from tests.browser.test_hosts import BROUGHT
from tests.postgresql import Postgres

VISITORS = [f"visitor-{number}" for number in range(20)]


class Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirection, but shows it."""

    def redirect_request(self, *_: object) -> None:
        return None


def ask(url: str, visitor: str = "") -> str:
    request = urllib.request.Request(url, headers={"Cookie": f"a=b; {COOKIE}_0a1b2c3d={visitor}; c=d"})
    with urllib.request.urlopen(request) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def two() -> Iterator[list[ThreadingHTTPServer]]:
    """Two servers that say which of them answers."""
    two = [server_that_says(name) for name in ("one", "other")]
    yield two
    for server in two:
        close(server)


@pytest.fixture
def proxy(two: list[ThreadingHTTPServer], tmp_path: Path) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path / "nginx", urls(two), urls(two)[0])
    yield proxy
    proxy.end()


@pytest.fixture
def caddy(two: list[ThreadingHTTPServer], tmp_path: Path) -> Iterator[Caddy]:
    caddy = Caddy(tmp_path / "caddy", urls(two))
    yield caddy
    caddy.end()


def urls(servers: list[ThreadingHTTPServer]) -> list[str]:
    return [f"http://127.0.0.1:{server.server_port}" for server in servers]


def close(server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()


def server_that_says(name: str) -> ThreadingHTTPServer:
    class Says(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(f"{name} {self.path}".encode())

        def log_message(self, *_: object) -> None:
            """Not in the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def test_who_comes_back_goes_to_the_same_dashboard_below_a_path_or_not_and_http_goes_to_https(
    proxy: Proxy,
) -> None:
    url = proxy.http.replace("app.example", "127.0.0.1")
    first = {visitor: ask(f"{url}/runs?x=y", visitor) for visitor in VISITORS}
    assert set(first.values()) == {"one /runs?x=y", "other /runs?x=y"}
    assert {visitor: ask(f"{url}/stripped/runs?x=y", visitor) for visitor in reversed(VISITORS)} == first
    assert ask(f"{url}/class/runs", VISITORS[0]) == "one /class/runs"
    with pytest.raises(urllib.error.HTTPError, match="301") as moved:
        urllib.request.build_opener(Straight).open(f"{proxy.redirecting}/runs?filter=a")
    assert moved.value.headers["location"] == "https://127.0.0.1/runs?filter=a"


def test_caddy_too_sends_who_comes_back_to_the_same_dashboard_and_all_to_one_that_is_left(
    two: list[ThreadingHTTPServer], caddy: Caddy
) -> None:
    first = {visitor: ask(f"{caddy.http}/runs?x=y", visitor) for visitor in VISITORS}
    assert set(first.values()) == {"one /runs?x=y", "other /runs?x=y"}
    url = f"{caddy.http}/stripped/runs?x=y"
    assert {visitor: ask(url, visitor) for visitor in reversed(VISITORS)} == first
    kept = {visitor: ask(f"{caddy.http}/class/runs", visitor).split()[0] for visitor in VISITORS}
    assert kept == {visitor: said.split()[0] for visitor, said in first.items()}
    close(two[0])
    assert {ask(f"{caddy.http}/runs", visitor) for visitor in VISITORS} == {"other /runs"}


class Dashboards:
    """Two dashboards on one PostgreSQL, without a worker, behind nginx."""

    def __init__(self, folder: Path, url: str) -> None:
        self.store = RunStore(url)
        shared = {"DIGITS_STORE": url, "DIGITS_WORKERS": "0"}
        self.both = [Server(folder / name, host="metrics = true", **shared) for name in ("one", "other")]
        self.proxy = Proxy(folder / "nginx", [server.url for server in self.both], self.both[0].url)

    def visitor_of(self, server: Server) -> str:
        """Return somebody whom nginx sends to this dashboard: its metrics tell when it was started."""
        asked = f"{self.proxy.http.replace('app.example', '127.0.0.1')}/digits/metrics"
        return next(
            name for name in VISITORS if began(ask(asked, name)) == began(ask(f"{server.url}/digits/metrics"))
        )

    def open(self, browser: Browser, place: str, visitor: str) -> Page:
        cookie = {"name": f"{COOKIE}_0a1b2c3d", "value": visitor, "domain": "app.example", "path": "/"}
        known = {"cookies": [cookie | _REST], "origins": []}
        return open_page(browser, f"{self.proxy.http}{place}", storage_state=known)

    def end(self) -> None:
        self.proxy.end()
        for server in self.both:
            server.end()


_REST = {"expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}


def began(metrics: str) -> str:
    (seconds,) = re.findall(r"^process_start_time_seconds (\S+)", metrics, re.MULTILINE)
    return str(seconds)


@pytest.fixture
def dashboards(postgres: Postgres, tmp_path: Path) -> Iterator[Dashboards]:
    dashboards = Dashboards(tmp_path, postgres.database())
    yield dashboards
    dashboards.end()


def test_what_one_dashboard_is_given_the_other_has_and_takes_over(
    dashboards: Dashboards, browser: Browser
) -> None:
    one, other = dashboards.both
    here = dashboards.open(browser, "/runs", dashboards.visitor_of(one))
    here.get_by_role("button", name="Import a run").last.click()
    here.locator("input[type=file]").set_input_files(BROUGHT)
    expect(here.get_by_text("was imported").first).to_be_visible()
    (run,) = dashboards.store.runs()

    there = dashboards.open(browser, f"/results?run={run.id}", dashboards.visitor_of(other))
    expect(there.get_by_text("read-only").first).to_be_visible()
    drawn(there)
    there.get_by_test_id("stPopoverButton").filter(has_text="Download").click()
    with there.expect_download() as download:
        there.get_by_role("link", name="Report (HTML)").click()
    assert download.value.path().read_text().startswith("<!doctype html>")

    one.end()
    here.goto(f"{dashboards.proxy.http}/results?run={run.id}")
    expect(here.get_by_role("heading", name="sigmoid").first).to_be_visible()
    expect(here.get_by_text("read-only")).to_have_count(0)
    drawn(here)


def drawn(page: Page) -> None:
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 2")
    page.wait_for_function("document.images.length && [...document.images].every(image => image.complete)")

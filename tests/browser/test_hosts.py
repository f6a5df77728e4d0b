"""Where the dashboard is served: behind a path, in a frame of another site, to two tabs at once, broken."""

import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.home import ASSETS
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs.store import RunStore
from pages.shared.tokens import COOKIE
from tests.browser.proxy import Caddy, Proxy
from tests.browser.server import Server, new_page, open_page, wait_until_ended, wait_until_whole
from tests.pages.test_compare import answered
from tests.patience import SECONDS

BROUGHT = ASSETS / "runs" / "4conv2d-sigmoid-seed1-gpu.zip"
"""A run that another dashboard made."""
SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=16)), data=Data(images=4000), epochs=2)
HEALTH = re.compile("/_stcore/(health|host-config)$")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard that the course page may frame."""
    host = 'frame_ancestors = ["http://course.example:*", "https://course.example:*"]'
    server = Server(tmp_path_factory.mktemp("home"), host=host, DIGITS_WORKERS="0")
    yield server
    server.end()


@pytest.fixture(scope="module")
def prefixed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard that knows the path it is served at."""
    server = Server(tmp_path_factory.mktemp("home"), "/class", DIGITS_WORKERS="0")
    yield server
    server.end()


@pytest.fixture(scope="module")
def proxy(server: Server, prefixed: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    proxy = Proxy(tmp_path_factory.mktemp("nginx"), [server.url], prefixed.url.removesuffix("/class"))
    yield proxy
    proxy.end()


@pytest.fixture
def caddy(server: Server, tmp_path: Path) -> Iterator[Caddy]:
    caddy = Caddy(tmp_path / "caddy", [server.url])
    yield caddy
    caddy.end()


def names(context: BrowserContext) -> list[dict[str, object]]:
    return [dict(cookie) for cookie in context.cookies() if cookie.get("name", "").startswith(COOKIE)]


@pytest.mark.parametrize("path", ["/class", "/stripped"])
def test_behind_a_path_charts_downloads_and_links_work(
    path: str, server: Server, prefixed: Server, proxy: Proxy, browser: Browser
) -> None:
    store = {"/class": prefixed, "/stripped": server}[path].store
    ids = [answered(store, SPEC, name, range(missed)) for name, missed in (("a", 30), ("b", 20))]
    page = open_page(browser, f"{proxy.http}{path}/results?run={ids[0]}")
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 2")
    # What a page left asks for is gone: its pictures must have come.
    page.wait_for_function("document.images.length && [...document.images].every(image => image.complete)")
    page.get_by_role("link", name="Compare", exact=True).first.click()
    page.wait_for_url(f"{proxy.http}{path}/compare")

    page.goto(f"{proxy.http}{path}/compare?compare={','.join(ids)}")
    wait_until_whole(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Report").last.click()
    assert download.value.suggested_filename == "comparison-report.html"
    assert download.value.path().read_text().startswith("<!doctype html>")
    page.wait_for_function("[...document.images].every(image => image.complete)")
    page.get_by_role("link", name="Train", exact=True).first.click()
    page.wait_for_url(f"{proxy.http}{path}/")
    page.wait_for_function("window.Plotly !== undefined")  # asked for beside the first page, too
    (cookie,) = names(page.context)
    assert cookie["path"] == {"/class": "/class", "/stripped": "/"}[path]
    assert [url for url in refused if not HEALTH.search(url)] == []


def test_in_a_frame_over_https_runs_have_owners_files_arrive_and_the_link_is_the_apps(
    server: Server, proxy: Proxy, browser: Browser
) -> None:
    origin = proxy.https.replace("app.", "course.")
    page = open_frame(browser, f"{origin}/runs?filter=sigmoid&embed=true")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Import a run").last.click()
    frame.locator("input[type=file]").set_input_files(BROUGHT)
    expect(frame.get_by_text("was imported").first).to_be_visible()
    imported = next(run for run in server.store.runs() if run.owner is not None)
    assert all(cookie["secure"] and cookie["httpOnly"] for cookie in names(page.context))

    page.goto(f"{origin}/results?run={imported.id}&embed=true")
    expect(frame.get_by_role("heading", name="sigmoid").first).to_be_visible()
    expect(frame.get_by_text("read-only")).to_have_count(0)
    page.context.grant_permissions(["clipboard-read"], origin=origin)
    frame.get_by_role("button", name="Copy link").last.click()
    # The button says "Link copied" for two seconds, which a busy machine may miss; the clipboard keeps it.
    copied = f"{proxy.https}/results?run={imported.id}"
    page.wait_for_function("async (link) => await navigator.clipboard.readText() === link", arg=copied)
    other = open_frame(browser, f"{origin}/results?run={imported.id}")
    expect(other.frame_locator("iframe").get_by_text("read-only").first).to_be_visible()


def test_behind_caddy_files_arrive_runs_have_owners_and_charts_are_drawn(
    server: Server, caddy: Caddy, browser: Browser
) -> None:
    page = open_page(browser, f"{caddy.https}/stripped/runs?filter=sigmoid", ignore_https_errors=True)
    page.get_by_role("button", name="Import a run").last.click()
    page.locator("input[type=file]").set_input_files(BROUGHT)
    expect(page.get_by_text("was imported").first).to_be_visible()
    assert {cookie["secure"] for cookie in names(page.context)} == {True}
    page.goto(f"{caddy.https}/stripped/results?run={server.store.runs()[0].id}")
    page.wait_for_function("document.querySelectorAll('.js-plotly-plot .main-svg').length > 2")
    expect(page.get_by_text("read-only")).to_have_count(0)


def open_frame(browser: Browser, url: str) -> Page:
    """Open a page of another site that frames the dashboard, as a new visitor."""
    page = new_page(browser, ignore_https_errors=True)
    page.goto(url)
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", level=1).first.wait_for()
    wait_until_ended(frame)
    return page


def test_in_a_frame_without_https_the_page_says_that_nothing_has_an_owner(
    proxy: Proxy, browser: Browser
) -> None:
    page = open_frame(browser, f"{proxy.http.replace('app.', 'course.')}/runs?filter=x")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("Your browser keeps no cookie of this page").first).to_be_visible()
    way_out = frame.get_by_role("link", name="Open in a tab of its own")
    expect(way_out).to_have_attribute("href", f"{proxy.http}/runs?filter=x")
    page.goto(f"{proxy.http}/runs")
    page.get_by_role("heading", level=1).wait_for()
    expect(page.get_by_text("Your browser keeps no cookie")).to_have_count(0)


def test_a_frame_that_the_host_does_not_name_stays_empty(proxy: Proxy, browser: Browser) -> None:
    page = new_page(browser, ignore_https_errors=True)
    with page.expect_event("console", lambda said: "frame-ancestors" in said.text):
        page.goto(f"{proxy.https.replace('app.', 'course.')}/class/runs")


def test_two_tabs_opened_at_once_by_a_new_visitor_are_one_visitor(server: Server, browser: Browser) -> None:
    with urllib.request.urlopen(f"{server.url}/runs") as late:  # the second tab's answer, on its way
        headers, body = dict(late.headers), late.read()
    first = open_page(browser, f"{server.url}/")
    second = first.context.new_page()
    second.route(f"{server.url}/runs", lambda route: route.fulfill(headers=headers, body=body))
    second.goto(f"{server.url}/runs")
    second.unroute_all()
    second.reload()  # what did not come from the server itself may not call it
    wait_until_whole(second)
    assert len(names(first.context)) == 2
    first.get_by_role("link", name="Runs", exact=True).first.click()
    expect(first.get_by_role("heading", level=1)).to_have_text("Runs")
    wait_until_ended(first)
    imported = []
    for tab in (first, second):
        tab.get_by_role("button", name="Import a run").last.click()
        tab.locator("input[type=file]").set_input_files(BROUGHT)
        expect(tab.get_by_text("was imported").first).to_be_visible()
        imported.append(server.store.runs()[0])
    assert imported[0].owner == imported[1].owner is not None
    first.goto(f"{server.url}/results?run={imported[0].id}")
    expect(first.get_by_role("heading", name="sigmoid").first).to_be_visible()
    expect(first.get_by_text("read-only")).to_have_count(0)


def damaged(home: Path, store: RunStore) -> str:
    """Save a run whose curves hold a word where only a bug could put one."""
    run_id = answered(store, SPEC, "damaged", range(5))
    with closing(sqlite3.connect(home / "runs.sqlite")) as database:
        database.execute("UPDATE epochs SET val_loss = 'much' WHERE run_id = ?", [run_id])
        database.commit()
    return run_id


def test_a_bug_is_a_sentence_with_a_number_under_which_the_log_has_its_story(
    server: Server, browser: Browser
) -> None:
    run_id = damaged(server.home, server.store)
    page = open_page(browser, f"{server.url}/results?run={run_id}")
    told = page.get_by_text("Something is broken here").first
    expect(told).to_be_visible()
    expect(page.get_by_test_id("stException")).to_have_count(0)
    (number,) = re.findall(r"the number (\d{6})", told.inner_text())
    log = server.log.read_text()
    assert f"Fault {number} at {server.url}/results?run={run_id}\nTraceback" in log
    page.get_by_role("link", name="Data", exact=True).first.click()
    expect(page.get_by_role("heading", name="Data", exact=True).first).to_be_visible()

    answer = page.request.get(f"{server.url}/digits/runs/{run_id}/report", timeout=1000 * SECONDS)
    assert answer.status == 500
    (number,) = re.findall(r"Something is broken here.* the number (\d{6})", answer.text())
    assert f"Fault {number} at {server.url}/digits/runs/{run_id}/report\nTraceback" in server.log.read_text()

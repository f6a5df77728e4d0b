"""One server and one browser for the tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.proxy import CADDY, NGINX
from tests.browser.server import CHROMIUM, Server, opened_browser
from tests.patience import SECONDS

expect.set_options(timeout=1000 * SECONDS)


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark the folder; without browser or proxy its tests fail in CI and are skipped, loudly, elsewhere."""
    for item in items:
        if Path(__file__).parent not in item.path.parents:
            continue
        item.add_marker(pytest.mark.browser)
        for missing, reason in (
            (CHROMIUM is None, "NO BROWSER: install Debian's chromium-headless-shell to run these"),
            (NGINX is None and "proxy" in item.fixturenames, "NO PROXY: install Debian's nginx-light"),
            (CADDY is None and "caddy" in item.fixturenames, "NO PROXY: install Debian's caddy"),
        ):
            if missing and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with opened_browser() as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """Close what a test opened: a page left behind goes on asking its server, also one that has ended."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dashboard for all tests that need none of their own: each knows its runs by their ids and names."""
    server = Server(tmp_path_factory.mktemp("home"))
    yield server
    server.end()

"""What the page tests share: services of their own, and a visitor's cookie, which a browser would bring."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from weakref import WeakValueDictionary

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.training.capacity import SETTING
from pages.shared import services, test_file
from pages.shared.tokens import COOKIE
from pages.shared.visitor import look_again


def end_all_but_the_lane() -> None:
    """End what a test started, but for what answers: it takes seconds to start, and is told of its store."""
    lane, services._lane = services._lane, None
    services.close_workers()
    services._lane = lane


@pytest.fixture(autouse=True)
def fresh_services(home: Path) -> Iterator[None]:
    """Let every test open its own store, and end the workers it started."""
    yield
    end_all_but_the_lane()


@pytest.fixture(scope="session", autouse=True)
def ended_lane() -> Iterator[None]:
    yield
    services.close_workers()


@pytest.fixture(autouse=True)
def nothing_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what a page begins wait: a worker would import TensorFlow for seconds, only to be ended by then."""
    monkeypatch.setenv(SETTING, "0")


@pytest.fixture(autouse=True)
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the visitor's cookies; a test may change them to be somebody else."""
    look_again()
    cookies = {COOKIE: "somebody"}
    monkeypatch.setattr(type(st.context), "cookies", cookies)
    return cookies


@pytest.fixture(autouse=True)
def no_test_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no visitor chosen a test file, though sessions of tests before may still be in memory."""
    monkeypatch.setattr(test_file, "_chosen_by", WeakValueDictionary())


@pytest.fixture(autouse=True)
def known_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test begin on any page: before its first run AppTest takes a file's name for its address."""

    def address(_test: AppTest, path: str) -> str:
        folder = Path(path).parent.name
        return calc_hash({"classroom": "class"}.get(folder, folder))

    monkeypatch.setattr(AppTest, "_resolve_page_hash", address)


@pytest.fixture(scope="session", autouse=True)
def looked_once() -> Iterator[None]:
    """Let Streamlit look through all installed packages once, not for each AppTest: it takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            manifest_scanner,
            "scan_component_manifests",
            cache(manifest_scanner.scan_component_manifests),
        )
        yield

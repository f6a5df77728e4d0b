"""A new visitor's browser gets how to begin before all that can be set."""

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from core.model.presets import PRESETS
from core.runs.store import open_store
from pages.train import page as train_page
from tests.pages.test_pages import page


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each time was waited; a browser is there."""
    times: list[float] = []

    def noting(seconds: float, sleep: Callable[[float], None] = time.sleep) -> None:
        times.append(seconds)
        sleep(seconds)

    monkeypatch.setattr("time.sleep", noting)
    monkeypatch.setattr("streamlit.context", SimpleNamespace(url="http://localhost", cookies={}, headers={}))
    return times


def test_it_is_left_alone_with_it_once(waited: list[float]) -> None:
    test = page()
    assert waited.count(train_page.FIRST_LOOK) == 1
    test.run()
    assert waited.count(train_page.FIRST_LOOK) == 1


def test_who_comes_for_a_run_gets_it_at_once(waited: list[float]) -> None:
    run = open_store().create(PRESETS["quick-start"].spec, "shared")
    page(run=run.id)
    assert train_page.FIRST_LOOK not in waited

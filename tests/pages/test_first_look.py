"""A new visitor's browser gets how to begin before all that can be set."""

import json
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.model.presets import PRESETS
from core.runs.store import open_store
from tests.pages.test_pages import page


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser is there."""
    monkeypatch.setattr("streamlit.context", SimpleNamespace(url="http://localhost", cookies={}, headers={}))


def can_begin(test: AppTest) -> bool:
    return any(button.label == "Train" for button in test.button)


def can_set(test: AppTest) -> bool:
    return any(field.label == "Epochs" for field in test.number_input)


def test_how_to_begin_comes_first_and_the_rest_when_the_browser_asks() -> None:
    test = page()
    assert can_begin(test)
    assert not can_set(test)
    test.run()
    assert can_begin(test)
    assert can_set(test)


def test_who_presses_train_at_once_trains_and_gets_all() -> None:
    test = page()
    (train,) = [button for button in test.button if button.label == "Train"]
    train.click().run()
    assert not test.exception
    assert len(open_store().runs()) == 1
    assert can_set(test)


def test_who_comes_for_a_run_gets_all_at_once() -> None:
    run = open_store().create(PRESETS["quick-start"].spec, "shared")
    assert can_set(page(run=run.id))


def test_who_comes_by_a_damaged_link_gets_all_at_once_with_what_is_wrong() -> None:
    test = page(spec="damaged")
    assert can_set(test)
    assert any("link" in error.value for error in [*test.error, *test.warning])


def test_the_browser_is_told_which_scripts_the_rest_needs() -> None:
    told = [json.loads(one.proto.bytes) for one in page().get("bidi_component") if one.proto.bytes]
    (scripts,) = [one["scripts"] for one in told if "scripts" in one]
    assert [script.split("/")[-1].split(".")[0] for script in scripts] == [
        "NumberInput",
        "FileUploader",
        "Slider",
    ]

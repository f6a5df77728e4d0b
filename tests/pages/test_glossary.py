"""The glossary's page, and what every page tells a browser of its terms."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import StoreError
from core.glossary.book import by_form, glossary
from core.home import PROJECT
from core.runs.store import RunStore
from pages.glossary.hints import served, terms_json

NAVIGATION = str(PROJECT / "pages" / "navigation.py")


def page(name: str, **query: str) -> AppTest:
    test = AppTest.from_file(NAVIGATION, default_timeout=240)
    test.query_params.update(query)
    test.switch_page(name).run()
    assert not test.exception
    return test


def last(test: AppTest) -> str:
    """Return what stands last on a page."""
    return test.main.children[max(test.main.children)].type


def test_all_groups_are_there_and_each_term_with_its_sentence() -> None:
    test = page("glossary/page.py")
    assert [heading.value for heading in test.subheader] == [group.title for group in glossary()]
    told = " ".join(text.value for text in test.markdown)
    assert all(term.means in told.replace("\\", "") for group in glossary() for term in group.terms)


def test_a_link_finds_a_term_and_a_search_may_find_none() -> None:
    test = page("glossary/page.py", find="drop", group="Layers of a network")
    assert [heading.value for heading in test.subheader] == ["Layers of a network"]
    assert test.markdown[-1].value.startswith("**Dropout** · dropped")
    test.text_input(key="find").set_value("*no such word*").run()
    assert not test.subheader
    assert r"\*no such word\*" in test.info[0].value


def test_the_hints_stand_last_where_they_move_nothing() -> None:
    assert last(page("ideas/pooling/page.py")) == "bidi_component"


def test_a_page_that_an_error_ended_has_the_hints_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StoreError("The store of runs cannot be used: the disk is full.")

    monkeypatch.setattr(RunStore, "get", away)
    test = page("train/page.py", run="0123456789")
    assert [error.value for error in test.error] == ["The store of runs cannot be used\\: the disk is full."]
    assert not test.button
    assert last(test) == "bidi_component"


def test_the_glossary_itself_and_a_projector_have_no_hints() -> None:
    drawn = page("glossary/page.py").get("bidi_component")
    assert [one.proto.component_name.rpartition(".")[2] for one in drawn] == ["digits_whole"]
    assert not page("classroom/page.py", view="board", code="nobody").get("bidi_component")


def test_a_browser_is_told_each_term_once_and_how_it_is_written() -> None:
    told = json.loads(terms_json())
    assert [one["term"] for one in told["terms"]] == [
        term.term for group in glossary() for term in group.terms
    ]
    assert told["terms"][told["forms"]["batches"]]["means"] == by_form()["batch"].means
    assert not told["terms"][told["forms"]["runs"]]["marked"]


def test_browsers_keep_the_terms_that_they_asked_for() -> None:
    told = json.loads(page("ideas/pooling/page.py").get("bidi_component")[-1].proto.bytes)
    place, version = told["terms"].split("?v=")
    assert place == "digits/terms.json"
    assert served(version).headers["content-type"] == "application/json"
    assert "immutable" in served(version).headers["cache-control"]
    assert served("another").headers["cache-control"] == "no-store"

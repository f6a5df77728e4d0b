"""The glossary's page, and what every page tells a browser of its terms."""

import json

from streamlit.testing.v1 import AppTest

from core.glossary.book import by_form, glossary
from core.home import PROJECT
from pages.glossary.hints import file, terms_json

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


def test_the_glossary_itself_and_a_projector_have_no_hints() -> None:
    assert not page("glossary/page.py").get("bidi_component")
    assert not page("classroom/page.py", view="board", code="nobody").get("bidi_component")


def test_a_browser_is_told_each_term_once_and_how_it_is_written() -> None:
    told = json.loads(terms_json())
    assert [one["term"] for one in told["terms"]] == [
        term.term for group in glossary() for term in group.terms
    ]
    assert told["terms"][told["forms"]["batches"]]["means"] == by_form()["batch"].means
    assert not told["terms"][told["forms"]["runs"]]["marked"]


def test_the_files_may_be_kept_and_others_are_not_there() -> None:
    for name, media_type in (("hints.js", "text/javascript"), ("terms.json", "application/json")):
        answer = file(name)
        assert answer.headers["content-type"].startswith(media_type)
        assert "immutable" in answer.headers["cache-control"]
    assert file("page.py").status_code == 404

"""Visits to a page without a browser: its script alone, as AppTest runs it."""

import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.home import PROJECT
from pages.shared.visitor import COOKIE, browser_names


def without_cookies() -> None:
    """Let pages see a visitor without cookies: AppTest has only a mock of them."""
    type(st.context).cookies = {}  # type: ignore[assignment, method-assign]


def as_visitor(word: str) -> str:
    """Let pages see a visitor whose browser keeps this cookie; return the name of what is theirs."""
    type(st.context).cookies = {COOKIE: word}  # type: ignore[assignment, method-assign]
    (name,) = browser_names()
    return name


def visit(name: str, query: dict[str, str]) -> AppTest:
    """Open a page, such as "runs/page.py", in a new session."""
    test = AppTest.from_file(str(PROJECT / "pages" / "navigation.py"), default_timeout=60)
    test.query_params.update(query)
    # Before its first run `AppTest.switch_page` takes a page's address for its file's name.
    test._page_hash = calc_hash((PROJECT / "pages" / name).parent.name)
    return run(test)


def run(test: AppTest) -> AppTest:
    """Run the page's script again in the same session."""
    test.run()
    assert not test.exception, test.exception
    return test

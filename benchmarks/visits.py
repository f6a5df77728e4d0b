"""Visits to a page without a browser: its script alone, as AppTest runs it."""

import os
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from core.home import PROJECT
from pages.shared.tokens import COOKIE
from pages.shared.visitor import browser_names

PATIENCE = 240
"""Seconds; the first question to a network waits until a worker has loaded Keras."""


def as_visitor(word: str) -> str:
    """Let pages see a visitor whose browser keeps this cookie, of which AppTest has a mock only.

    Returns:
        The name of what is theirs.
    """
    type(st.context).cookies = {COOKIE: word}  # type: ignore[assignment, method-assign]
    (name,) = browser_names()
    return name


@cache
def _components() -> BidiComponentManager:
    """Return what knows the components: a server has it once, AppTest by itself in each visit (0.2 s)."""
    found = BidiComponentManager()
    found.discover_and_register_components(start_file_watching=False)
    return found


class Visit:
    """One visitor of a page, such as "runs" ("" is Train), of the dashboard whose home is a folder."""

    def __init__(self, home: Path, address: str, query: dict[str, str]) -> None:
        self._home, self._address, self._query = home, address, query
        self.test = AppTest.from_file(str(PROJECT / "pages" / "navigation.py"))

    def first(self) -> None:
        """Open the page in a new session."""
        self.test = AppTest.from_file(str(PROJECT / "pages" / "navigation.py"), default_timeout=PATIENCE)
        self.test._bidi_component_manager = _components()
        self.test.query_params.update(self._query)
        # Before its first run `AppTest.switch_page` takes a page's address for its file's name.
        self.test._page_hash = calc_hash(self._address)
        self.again()

    def again(self) -> None:
        """Run the page's script again in the same session."""
        os.environ["DIGITS_HOME"] = str(self._home)
        self.test.run()
        said = [*self.test.exception, *self.test.error]
        assert not said, f"{self._address or 'train'}: {said[0].value}"

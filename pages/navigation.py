"""The script that Streamlit runs: the menu, the page that was asked for, and what stands below every page."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.glossary.hints import guard, hints
from pages.menu import PAGES, menu
from pages.server import ahead
from pages.server.passed_on import mend_link
from pages.shared.services import PageEnd
from pages.shared.visitor import remember_page, say_if_nobody
from pages.train.first_look import is_first_look


def navigation() -> None:
    ahead.wait()
    try:
        _draw()
    finally:
        ahead.drawn()


def _draw() -> None:
    st.set_page_config(page_icon="🔢", layout="wide")
    st.html(PAGES / "accessible.css")
    mend_link()
    pages = menu()
    page = st.navigation(pages, position="hidden" if _is_projected() else "top")
    if page.url_path or not is_first_look():
        ahead.wait_for_all()
    remember_page(page.title)
    if page in pages[""]:
        say_if_nobody()
    try:
        page.run()
    except PageEnd:
        _foot(page)
        raise
    _foot(page)


def _foot(page: StreamlitPage) -> None:
    """Draw what stands below every page; each brings `whole.js` along, the projector with its own script."""
    if page.url_path == "glossary":
        guard()
    elif not _is_projected():
        hints()


def _is_projected() -> bool:
    """Return whether a class's projector is to be drawn, which has no menu."""
    return st.query_params.get("view") == "board" and "code" in st.query_params


# The guard keeps the pages out of worker processes, which import this script under another name.
if __name__ == "__main__":
    navigation()

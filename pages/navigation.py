"""Which pages there are; the script that Streamlit runs."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.home import PROJECT
from pages.glossary.hints import guard, hints
from pages.server import ahead
from pages.server.passed_on import mend_link
from pages.shared.services import PageEnd
from pages.shared.visitor import remember_page, say_if_nobody

PAGES = PROJECT / "pages"


def navigation() -> None:
    ahead.wait()
    st.set_page_config(page_icon="🔢", layout="wide")
    st.html(PAGES / "accessible.css")
    mend_link()
    tools = _tools()
    page = st.navigation({"": tools, "Ideas": _ideas()}, position="hidden" if _is_projected() else "top")
    remember_page(page.title)
    if page in tools:
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


def _tools() -> list[StreamlitPage]:
    return [
        _page(PAGES / "train", "Train", ":material/play_circle:", default=True),
        _page(PAGES / "results", "Results", ":material/insights:"),
        _page(PAGES / "runs", "Runs", ":material/table_rows:"),
        _page(PAGES / "sweep", "Sweep", ":material/tune:"),
        _page(PAGES / "compare", "Compare", ":material/compare_arrows:"),
        _page(PAGES / "draw", "Draw", ":material/draw:"),
        _page(PAGES / "kaggle", "Kaggle", ":material/upload_file:"),
        _page(PAGES / "data", "Data", ":material/database:"),
        _page(PAGES / "classroom", "Class", ":material/school:", address="class"),
        _page(PAGES / "presentation", "The presentation", ":material/fact_check:"),
        _page(PAGES / "you", "You", ":material/account_circle:"),
    ]


def _ideas() -> list[StreamlitPage]:
    folder = PAGES / "ideas"
    return [
        _page(folder / "convolution", "Convolution", ":material/filter_center_focus:"),
        _page(folder / "activations", "Activations", ":material/show_chart:"),
        _page(folder / "pooling", "Max pooling", ":material/compress:"),
        _page(folder / "dropout", "Dropout", ":material/blur_off:"),
        _page(folder / "batch_norm", "Batch normalisation", ":material/equalizer:"),
        _page(folder / "softmax", "Softmax and cross-entropy", ":material/bar_chart:"),
        _page(folder / "optimizers", "Optimizers", ":material/route:"),
        _page(folder / "overfitting", "Overfitting", ":material/call_split:"),
        _page(PAGES / "glossary", "Glossary", ":material/menu_book:"),
    ]


def _page(
    folder: Path, title: str, icon: str, default: bool = False, address: str | None = None
) -> StreamlitPage:
    """Return the page of a folder; its address is the folder's name, unless that is a word of Python's."""
    place = address or folder.name
    return st.Page(folder / "page.py", title=title, icon=icon, url_path=place, default=default)


def _is_projected() -> bool:
    """Return whether a class's projector is to be drawn, which has no menu."""
    return st.query_params.get("view") == "board" and "code" in st.query_params


# The guard keeps the pages out of worker processes, which import this script under another name.
if __name__ == "__main__":
    navigation()

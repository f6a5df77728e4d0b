"""Which pages there are, as the menu shows them."""

from copy import copy
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.home import PROJECT

PAGES = PROJECT / "pages"


def menu() -> dict[str, list[StreamlitPage]]:
    """Return the pages of each section, to be drawn by one run of the script.

    They are copies: Streamlit notes in a page whether its turn has come, and others draw at the same moment.
    """
    return {section: [copy(page) for page in pages] for section, pages in _sections().items()}


@cache
def _sections() -> dict[str, list[StreamlitPage]]:
    """Make the pages once: Streamlit looks for the file of each, which takes longer than all of the menu."""
    return {"": _tools(), "Ideas": _ideas()}


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

"""Who is looking: a cookie that each browser is given tells its owner's runs from those of others.

There are no accounts. What a browser starts belongs to it; others may look at it, and train it changed.
What belongs to nobody (trained in the terminal, or by a browser without cookies) anybody may change.
"""

import hashlib
from collections.abc import Iterator, Mapping

import streamlit as st

from core.classes.records import SchoolClass
from core.runs.records import DatasetRecord, Group, Run
from pages.shared.addresses import here

COOKIE = "digits_visitor"
"""What the names of a visitor's cookies begin with."""
_NOBODY = (
    "Your browser keeps no cookie of this page, so you cannot be told from others: what you start here "
    "belongs to nobody, and anybody may stop, rename or delete it. Inside a page of another site, cookies "
    "take https, and without them no file can be uploaded."
)


def visitor() -> str | None:
    """Return the name under which this browser's runs are kept, or None if it has no cookie."""
    return next(iter(_names()), None)


def may_change(thing: Run | Group | DatasetRecord | SchoolClass) -> bool:
    """Return whether this visitor may change or delete a run, a group, a data set or a class."""
    return thing.owner is None or is_own(thing)


def is_own(thing: Run | Group | DatasetRecord | SchoolClass) -> bool:
    """Return whether a run, a group, a data set or a class is this visitor's."""
    return thing.owner in _names()


def say_if_nobody() -> None:
    """Say so where this browser cannot be told from others, and offer the page outside of any frame."""
    if visitor() is None:
        with st.container(border=True):
            st.markdown(_NOBODY)
            st.link_button("Open in a tab of its own", here(), icon=":material/open_in_new:")


def tokens(cookies: Mapping[str, str]) -> Iterator[str]:
    """Yield what a browser was given to be known by, the oldest first (`pages/server/cookies.py`)."""
    return (value for name, value in cookies.items() if name.startswith(COOKIE) and value)


def _names() -> list[str]:
    return [hashlib.sha256(token.encode()).hexdigest()[:32] for token in tokens(st.context.cookies)]


def may_preselect(run: Run) -> bool:
    """Return whether a page may choose a run by itself: not one that somebody else imported."""
    return run.imported_at is None or run.is_bundled or is_own(run)


def remember_page(title: str) -> None:
    """Note which page this session is on now, and which it was on before."""
    st.session_state["pages"] = (*st.session_state.get("pages", ())[-1:], title)


def came_from(title: str) -> bool:
    """Return whether the run of the script before this one drew the page of this title."""
    pages = st.session_state.get("pages", ())
    return len(pages) == 2 and pages[0] == title

"""Who is looking: whose runs these are, and what they may change.

What a browser starts belongs to it, known by a cookie, or to the person that it has joined
(`core.runs.people`); where somebody has signed in, to them. Others may look at it, and train it changed. What
belongs to nobody (trained in the terminal, or by a browser without cookies) anybody may change.
"""

import hashlib
import logging
import time
from functools import lru_cache

import streamlit as st

from core.classes.records import SchoolClass
from core.errors import StoreError
from core.runs.records import DatasetRecord, Group, Run
from pages.shared.addresses import here
from pages.shared.services import store
from pages.shared.signed_in import signed_in
from pages.shared.tokens import tokens

log = logging.getLogger(__name__)

LOOK = 5.0
"""Seconds after which a browser that has joined a person, or parted, is noticed in its other tabs."""
_NOBODY = (
    "Your browser keeps no cookie of this page, so you cannot be told from others: what you start here "
    "belongs to nobody, and anybody may stop, rename or delete it. Inside a page of another site, cookies "
    "take https, and without them no file can be uploaded."
)


def visitor() -> str | None:
    """Return the name under which this visitor's runs are kept, or None where nobody can tell who it is."""
    return next(iter(_names()), None)


def may_change(thing: Run | Group | DatasetRecord | SchoolClass) -> bool:
    """Return whether this visitor may change or delete a run, a group, a data set or a class."""
    return thing.owner is None or is_own(thing) or is_administrator()


def is_own(thing: Run | Group | DatasetRecord | SchoolClass) -> bool:
    """Return whether a run, a group, a data set or a class is this visitor's."""
    return thing.owner is not None and thing.owner in _names()


def is_administrator() -> bool:
    """Return whether this visitor may change everything."""
    person = signed_in()
    return person is not None and person.is_administrator


def say_if_nobody() -> None:
    """Say so where this browser cannot be told from others, and offer the page outside of any frame."""
    if visitor() is None:
        with st.container(border=True):
            st.markdown(_NOBODY)
            st.link_button("Open in a tab of its own", here(), icon=":material/open_in_new:")


def browser_names() -> tuple[str, ...]:
    """Return the names under which this browser is known, whoever has signed in or been joined."""
    return tuple(hashlib.sha256(token.encode()).hexdigest()[:32] for token in tokens(st.context.cookies))


def joined() -> str | None:
    """Return the person that this browser has joined by a link, or None."""
    names = browser_names()
    try:
        return _person(names, int(time.monotonic() / LOOK)) if names else None
    except StoreError as error:  # it is then the browser's own, which may be taken along later
        log.warning("Nobody knows whether a browser has joined somebody: %s", error)
        return None


def look_again() -> None:
    """Notice at once that a browser has joined a person or parted."""
    _person.cache_clear()


def _names() -> tuple[str, ...]:
    """Return the names of whom a thing of this visitor's may be, first that of what they begin now."""
    if person := signed_in():
        return (person.mark,)
    person_joined = joined()
    return (person_joined, *browser_names()) if person_joined else browser_names()


@lru_cache(maxsize=2_000)
def _person(names: tuple[str, ...], _look: int) -> str | None:
    return store().person_of(names)


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

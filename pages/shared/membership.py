"""The class in which this visitor trains as a pupil, if any."""

import time
from dataclasses import dataclass

import streamlit as st

from core.classes.records import Pupil, SchoolClass
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from pages.shared.services import store
from pages.shared.visitor import visitor

KEY = "class"
"""Where the session keeps the class in which it trains, by id; "" after leaving it."""
FIRST = "quick-start"
"""The preset that a visitor in no class begins with."""
NEWS = 7 * 24 * 3600.0
"""For so many seconds who comes back is told that their class is over."""


@dataclass(frozen=True)
class Membership:
    """A class, and who this visitor is in it."""

    school_class: SchoolClass
    pupil: Pupil


def membership() -> Membership | None:
    """Return the class in which this session trains: the one it chose, else the last that its browser joined.

    A class that is over, was deleted, or was left for this session is none.

    Raises:
        StoreError: the store cannot be read.
    """
    chosen = st.session_state.get(KEY)
    if chosen == "" or (owner := visitor()) is None:
        return None
    joined = [Membership(*one) for one in store().joined(owner)]
    going_on = [one for one in joined if not one.school_class.is_over(time.time())]
    found = next((one for one in going_on if one.school_class.id == chosen), None)
    return found or (going_on[0] if going_on and chosen is None else None)


def has_lost_class() -> bool:
    """Return whether a visitor who trains in no class did so before, and has to be told that it is gone.

    That is the class of this session; in a new one, the server or the browser having been started anew, the
    last that its browser joined.

    Raises:
        StoreError: the store cannot be read.
    """
    chosen = st.session_state.get(KEY)
    if chosen is not None:
        return bool(chosen)
    owner = visitor()
    return owner is not None and store().has_lost_class(owner, time.time() - NEWS)


def first_offered(lesson: Membership | None) -> str:
    """Return the preset that this visitor begins with: in a class the first of its own."""
    return lesson.school_class.task.presets[0] if lesson else FIRST


def offered(preset: str, lesson: Membership | None) -> RunSpec:
    """Return a preset as this visitor begins with it: in a class, within its limits."""
    spec = PRESETS[preset].spec
    return lesson.school_class.task.begun(spec) if lesson else spec


def enter_class(class_id: str) -> None:
    """Train in a class from now on in this session."""
    st.session_state[KEY] = class_id


def leave_class() -> None:
    """Train outside of any class from now on in this session."""
    st.session_state[KEY] = ""

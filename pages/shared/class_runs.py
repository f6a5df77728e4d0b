"""Runs that a pupil begins elsewhere than with *Train*: whether they belong to the class, and count there.

Each function says so where the run is begun, and returns the pupil who begins it, by id; None: it belongs to
no class. As with *Train*, the class is the one in which this session trains.
"""

import streamlit as st

from core.classes.records import SchoolClass
from core.classes.sweeping import uncounted
from core.model.specs import RunSpec
from core.runs.records import Run
from core.sweeps.space import Sweep
from pages.shared.membership import Membership, membership
from pages.shared.services import plain_errors, store
from pages.shared.words import escape


def begins_in_class(spec: RunSpec) -> str | None:
    """Say of a new run whether it will count."""
    return _said(lesson, spec) if (lesson := _lesson()) else None


def goes_on_in_class(run: Run, spec: RunSpec) -> str | None:
    """Say the same of one that goes on from `run`: what somebody else has trained belongs to no class."""
    if (lesson := _lesson()) is None:
        return None
    with plain_errors(go_on=True):
        if store().began(run.id) == lesson.pupil.id:
            return _said(lesson, spec)
        st.caption(
            f"It does not belong to {_named(lesson.school_class)}: only what you began there goes on there."
        )
    return None


def sweeping_class() -> Membership | None:
    """Return the class that the runs of a sweep belong to, which its teacher decides, or None."""
    lesson = _lesson()
    return lesson if lesson and lesson.school_class.task.sweeps else None


def sweeps_in_class(sweep: Sweep | None) -> str | None:
    """Say of a sweep, None as long as it could not work, whether its runs belong to the class and count."""
    if (lesson := _lesson()) is None:
        return None
    found = lesson.school_class
    if not found.task.sweeps:
        st.caption(f"Sweeps do not belong to {_named(found)}: their runs stand on no board.")
        return None
    none, why = uncounted(found.task, sweep) if sweep else (False, "")
    told = f"Its runs belong to {_named(found)}"
    if why:
        who = "none of them would" if none else "some of them would not"
        st.warning(f"{told}, but {who} count there. {escape(why)}", icon=":material/rule:")
    else:
        st.caption(f"{told}: those that keep its rules count on the board.")
    return lesson.pupil.id


def _said(lesson: Membership, spec: RunSpec) -> str:
    faults = lesson.school_class.task.broken(spec)
    named = _named(lesson.school_class)
    if faults:
        st.caption(f"Belongs to {named}, but would not count there. {escape(' '.join(faults))}")
    else:
        st.caption(f"Belongs to {named} and may stand on its board.")
    return lesson.pupil.id


def _lesson() -> Membership | None:
    with plain_errors(go_on=True):
        return membership()
    return None


def _named(found: SchoolClass) -> str:
    return f"the class “{escape(found.name)}”"

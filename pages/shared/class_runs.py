"""Runs of a pupil: whether they belong to the class, and count there.

Those that return a pupil, by id, say so where a run is begun elsewhere than with *Train*; None: it belongs to
no class. As with *Train*, the class is the one in which this session trains.
"""

import streamlit as st

from core.classes.board import kept_off
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


def counts_in_class(run: Run) -> None:
    """Say to the pupil who began a run whether it counts, once it has ended: nothing is handed in by hand."""
    with st.container(), plain_errors(go_on=True):  # also while it is empty: what is below stays in its place
        if run.is_live or (lesson := membership()) is None:
            return
        found = lesson.school_class
        own = [entry for entry in store().entries(found.id) if entry.pupil.id == lesson.pupil.id]
        if entry := next((one for one in own if one.run.id == run.id), None):
            _counts(found, kept_off(found, entry))


def _counts(found: SchoolClass, faults: list[str]) -> None:
    said = f"It counts for {_named(found)}: the best of your runs stands on the board by itself."
    if faults:
        said = f"It does not count for {_named(found)}. {escape(' '.join(faults))}"
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(said, width="stretch")
        query, icon = {"code": found.id}, ":material/leaderboard:"
        st.page_link("classroom/page.py", label="The board", icon=icon, query_params=query)


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

"""All runs of a class for its teacher: to open, show on the projector, stop, hide and pin."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.classes.records import Entry, SchoolClass
from core.runs.status import Command
from pages.classroom.rights import as_teacher, say_fault
from pages.classroom.rows import COLUMNS, run_rows
from pages.shared.leaving import go_to
from pages.shared.pins import pin_button
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.words import escape

TICK = 3.0
FAULT = "class.runs.fault"
CHOSEN = "class.chosen"
"""Where the session keeps which runs are selected, by id: pupils may begin runs meanwhile."""


def runs(class_id: str) -> None:
    """Draw all runs that were begun in the class, and what can be done to those selected."""
    st.fragment(_runs, run_every=TICK)(class_id)


def _runs(class_id: str) -> None:
    with plain_errors():
        school_class = store().school_class(class_id)
        entries = store().entries(class_id)
    _projected(school_class, entries)
    say_fault(FAULT)
    if not entries:
        st.info("No run was begun in this class yet.", icon=":material/info:")
        return
    above = st.container()  # in sight, however many runs there are
    chosen = _table(school_class, entries)
    with above:
        if chosen:
            _actions(class_id, chosen)
        else:
            st.caption("One click shows a run on the projector; select runs to open, stop, hide or pin them.")


def _projected(school_class: SchoolClass, entries: Sequence[Entry]) -> None:
    """Say what the projector shows, and offer to go back to the board."""
    shown = next((one for one in entries if one.run.id == school_class.shown), None)
    if shown is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        text = f"The projector shows a run of {escape(shown.pupil.nickname)}: {escape(shown.run.name)}."
        st.markdown(text, width="stretch")
        st.button(
            "Back to the board",
            icon=":material/leaderboard:",
            on_click=_do,
            args=(school_class.id, partial(store().show, school_class.id, None)),
        )


def _table(school_class: SchoolClass, entries: Sequence[Entry]) -> list[Entry]:
    ids = tuple(entry.run.id for entry in entries)
    before = st.session_state.get(CHOSEN, ())
    key = f"class.runs.{hash(ids)}"  # a selection counts rows: with other runs it is another table
    rows = run_rows(school_class, entries)
    shown = [
        {"pupil": entry.pupil.nickname, "projector": "Show", **row, "pinned": entry.run.pinned and "pinned"}
        for entry, row in zip(entries, rows, strict=True)
    ]
    event = grid(
        pd.DataFrame(shown),
        placeholder="–",
        on_select=partial(_select, key, ids),
        selection_mode="multi-row",
        key=key,
        selection_default={"selection": {"rows": [row for row, run in enumerate(ids) if run in before]}},
        column_config={
            "projector": st.column_config.ButtonColumn(
                key=f"{key}.shown", on_click=_project, args=(school_class.id, f"{key}.shown", ids), width=90
            ),
            "pupil": st.column_config.TextColumn(pinned=True, width=170),
            **COLUMNS,
        },
    )
    return [entries[row] for row in event["selection"]["rows"] if row < len(entries)]


def _select(key: str, ids: tuple[str, ...]) -> None:
    st.session_state[CHOSEN] = [ids[row] for row in st.session_state[key]["selection"]["rows"]]


def _actions(class_id: str, chosen: list[Entry]) -> None:
    ids = [entry.run.id for entry in chosen]
    stoppable = [entry.run.id for entry in chosen if not entry.run.status.is_finished()]
    hidden = all(entry.hidden for entry in chosen)
    with st.container(horizontal=True):
        if len(ids) == 1 and st.button("Open", icon=":material/insights:", type="primary"):
            go_to("results/page.py", {"run": ids[0]})
        if stoppable:
            _button(class_id, "Stop", "stop", partial(_stop, stoppable))
        label, icon = ("Show on the board", "visibility") if hidden else ("Hide", "visibility_off")
        _button(class_id, label, icon, partial(store().hide_entries, ids, not hidden))
        pin_button([entry.run for entry in chosen])


def _button(class_id: str, label: str, icon: str, act: Callable[[], None]) -> None:
    st.button(label, icon=f":material/{icon}:", on_click=_do, args=(class_id, act))


def _project(class_id: str, key: str, ids: tuple[str, ...]) -> None:
    """Have the projector show the run in whose row the button was clicked."""
    _do(class_id, partial(store().show, class_id, ids[st.session_state[key]["row"]]))


def _stop(ids: list[str]) -> None:
    for run_id in ids:
        store().ask(run_id, Command.STOP)


def _do(class_id: str, act: Callable[[], None]) -> None:
    as_teacher(class_id, act, FAULT)

"""A class as its pupils see it: the task, the way in with a nickname, and the board."""

import time
from contextlib import suppress

import pandas as pd
import streamlit as st

from core.classes.nickname import LONGEST
from core.classes.records import SchoolClass
from core.errors import SpecError
from core.model.presets import PRESETS
from pages.classroom.board import TICK, live_board
from pages.classroom.rows import COLUMNS, run_rows
from pages.classroom.terms import terms
from pages.shared.draft import current_draft, load_draft
from pages.shared.leaving import go_to
from pages.shared.membership import enter_class
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.viewers import live_part
from pages.shared.visitor import visitor
from pages.shared.words import escape


def pupil(found: SchoolClass) -> None:
    """Draw a class for somebody who does not teach it."""
    terms(found)
    owner = visitor()
    with plain_errors():
        me = next((one for one in store().pupils(found.id) if one.owner == owner), None)
    if found.is_over(time.time()):
        st.info("This class is over: what is begun now does not count.", icon=":material/event_busy:")
    elif me:
        st.markdown(f"You are **{escape(me.nickname)}** in this class.")
        if me.hidden:
            st.warning("Your teacher has hidden your nickname: your runs do not stand on the board.")
        if st.button("Train", type="primary", icon=":material/play_circle:"):
            go_and_train(found)
    elif owner:
        _join(found, owner)
    else:
        st.info("Pupils are told apart by a cookie, and this browser keeps none: allow it for this page.")
    if me:
        live_part(_own_runs, TICK)(found.id, me.id)
    live_board(found.id)


def _own_runs(class_id: str, pupil_id: str) -> None:
    """Draw a pupil's own runs in the class, each with whether it counts."""
    with plain_errors():
        found = store().school_class(class_id)
        own = [entry for entry in store().entries(class_id) if entry.pupil.id == pupil_id]
    if own:
        st.subheader("Your runs")
        grid(pd.DataFrame(run_rows(found, own)), placeholder="–", column_config=COLUMNS)


def _join(found: SchoolClass, owner: str) -> None:
    with st.form("nickname", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        text = f"Up to {LONGEST} characters; all in the class see it."
        nickname = st.text_input("Your nickname", placeholder="not your full name", width=300, help=text)
        if not st.form_submit_button("Join and train", type="primary", icon=":material/login:"):
            return
    with plain_errors(go_on=True):
        store().join(found.id, nickname, owner)
        go_and_train(found)


def go_and_train(found: SchoolClass) -> None:
    """Go to the Train page in a class, with the first of its presets where the draft is none of the class."""
    enter_class(found.id)
    if not _goes_on(found):
        first = found.task.presets[0]
        load_draft(found.task.begun(PRESETS[first].spec), first)
    go_to("train/page.py")


def _goes_on(found: SchoolClass) -> bool:
    """Return whether the class lets this session train its draft, which nobody changed in vain.

    A preset as it is counts as not begun yet: another one than the class offers, or one beyond its limits.
    """
    with suppress(SpecError):
        spec = current_draft().spec()
        unchanged = next((name for name, preset in PRESETS.items() if preset.spec == spec), None)
        elsewhere = unchanged is not None and unchanged not in found.task.presets
        beyond = unchanged is not None and found.task.begun(spec) != spec
        return not (elsewhere or beyond) and found.task.refusal(spec) is None
    return False

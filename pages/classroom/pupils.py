"""The pupils of a class for their teacher, who may rename or hide them."""

from collections import Counter
from functools import partial

import pandas as pd
import streamlit as st

from core.classes.records import Pupil
from core.names import isolated
from core.words import when
from pages.classroom.rights import as_teacher, say_fault
from pages.shared.reader import reader_zone
from pages.shared.services import plain_errors, store
from pages.shared.table import grid

TICK = 3.0
FAULT = "class.pupils.fault"


def pupils(class_id: str) -> None:
    """Draw who is in the class, and the nickname of one of them to be changed or hidden."""
    st.fragment(_pupils, run_every=TICK)(class_id)


def _pupils(class_id: str) -> None:
    with plain_errors():
        known = store().pupils(class_id)
        runs = Counter(entry.pupil.id for entry in store().entries(class_id))
    if not known:
        st.info("Nobody has joined yet: show the link above.", icon=":material/info:")
        return
    _change(class_id, {pupil.id: pupil for pupil in known})
    say_fault(FAULT)
    zone = reader_zone()
    rows = [
        {
            "nickname": pupil.nickname,
            "runs": runs[pupil.id],
            "joined": when(pupil.joined_at, zone),
            "on the board": "hidden" if pupil.hidden else "yes",
        }
        for pupil in known
    ]
    grid(pd.DataFrame(rows), height="content" if len(rows) < 40 else "auto")


def _change(class_id: str, known: dict[str, Pupil]) -> None:
    """Draw the choice of a pupil, and what can be done to the nickname."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Pupil",
            list(known),
            index=None,
            format_func=lambda one: isolated(known[one].nickname),
            placeholder="Choose one to rename or hide",
            key=_choice(class_id),
            width=300,
        )
        if chosen is None or chosen not in known:
            return
        key, hidden = f"nickname.{chosen}", known[chosen].hidden
        st.text_input("Another nickname", known[chosen].nickname, key=key, width=240)
        st.button("Rename", icon=":material/edit:", on_click=_rename, args=(class_id, chosen, key))
        icon = ":material/visibility:" if hidden else ":material/visibility_off:"
        label = "Show on the board" if hidden else "Hide"
        st.button(label, icon=icon, on_click=_hide, args=(class_id, chosen, not hidden))


def _choice(class_id: str) -> str:
    return f"pupil.{class_id}"


def _rename(class_id: str, pupil_id: str, key: str) -> None:
    as_teacher(class_id, partial(store().rename_pupil, pupil_id, st.session_state[key]), FAULT)
    # The browser knows the choice by the old nickname, which may be none any more.
    st.session_state[_choice(class_id)] = pupil_id


def _hide(class_id: str, pupil_id: str, hidden: bool) -> None:
    as_teacher(class_id, partial(store().hide_pupil, pupil_id, hidden), FAULT)

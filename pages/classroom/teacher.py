"""A class as its teacher sees it: the links, the board, everybody's runs, the nicknames, the task."""

import time

import streamlit as st

from core.classes.records import SchoolClass
from core.model.presets import PRESETS
from pages.classroom.age import age
from pages.classroom.board import live_board
from pages.classroom.form import class_fields
from pages.classroom.lesson import lesson
from pages.classroom.links import links
from pages.classroom.pupils import pupils
from pages.classroom.rights import check_teacher
from pages.classroom.runs import runs
from pages.classroom.start import DELETED, WORD_HELP, leave_for_all
from pages.classroom.terms import terms
from pages.shared.services import plain_errors, store

SAVED = "class.saved"
"""Where the session keeps of which class the task was saved just now."""
OVER = (
    "This class is over: nobody can join it any more, and what is begun now does not count. Another end, or "
    "none, is set under “Task”."
)


def teacher(found: SchoolClass) -> None:
    """Draw a class for the browser that it belongs to."""
    with plain_errors(go_on=True):
        store().see_class(found)
    terms(found)
    with st.container():  # as one: what comes and goes here would have the tabs begin at the first again
        if found.is_over(time.time()):
            st.info(OVER, icon=":material/event_busy:")
        _stuck(found)
        age(found)
    links(found.id)
    board, everybody, names, task, plan = st.tabs(["Board", "Runs", "Pupils", "Task", "Lesson"])
    with board:
        live_board(found.id)
    with everybody:
        runs(found.id)
    with names:
        pupils(found.id)
    with task:
        _task(found)
        _word(found)
        _delete(found)
    with plan:
        lesson(found)


def _stuck(found: SchoolClass) -> None:
    """Say with which presets the rules cannot be kept."""
    stuck = {name: reasons for name in found.task.presets if (reasons := found.task.stuck(name))}
    for name, reasons in stuck.items():
        st.warning(
            f"With “{PRESETS[name].title}” nobody can keep the rules, since pupils may not touch what breaks "
            f"them. It has {' '.join(reasons)}",
            icon=":material/rule:",
        )


def _task(found: SchoolClass) -> None:
    """Draw the form that changes what is asked; the board follows."""
    with st.form("task", border=False):
        filled = class_fields(found)
        st.caption("The board is worked out anew: runs that keep the new rules count, others do not.")
        if st.form_submit_button("Save", type="primary"):
            with plain_errors(go_on=True):
                check_teacher(found.id)
                store().change_class(found.id, filled.name, filled.task(), filled.ends_at)
                st.session_state[SAVED] = found.id
                st.rerun()
    if st.session_state.pop(SAVED, None) == found.id:
        st.success("Saved. Above stands what pupils read from now on.", icon=":material/check:")


def _word(found: SchoolClass) -> None:
    with st.form("word", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        secret = st.text_input("Another word", max_chars=80, help=WORD_HELP, width=300)
        if not st.form_submit_button("Change the word"):
            return
    with plain_errors(go_on=True):
        check_teacher(found.id)
        store().change_word(found.id, secret)
        st.success("From now on this word takes the class over on another device.")


def _delete(found: SchoolClass) -> None:
    with st.popover("Delete the class", icon=":material/delete:"):
        st.markdown("Its board and nicknames go, after a day for good. The runs stay those of the pupils.")
        if st.button("Delete it"):
            with plain_errors():
                check_teacher(found.id)
                store().delete_class(found.id)
            st.session_state[DELETED] = found.id
            leave_for_all()
            st.rerun()

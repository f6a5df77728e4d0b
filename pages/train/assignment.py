"""The task of a pupil's class on the Train page: what is asked, and what of it the draft keeps."""

import streamlit as st

from core.model.specs import RunSpec
from pages.shared.membership import Membership, enter_class, has_lost_class, leave_class
from pages.shared.services import plain_errors
from pages.shared.words import escape

LOOKS = {True: ("check_circle", "green"), False: ("cancel", "red"), None: ("hourglass_empty", "gray")}


def assignment(lesson: Membership, spec: RunSpec | None) -> None:
    """Draw what the class asks for, with each rule held against the draft, and the ways to and out of it."""
    found = lesson.school_class
    enter_class(found.id)
    with st.container(border=True):
        who = f"**{escape(found.name)}** · you are {escape(lesson.pupil.nickname)}"
        st.markdown(f"{who}  \n{found.task.sentence()}")
        if spec:
            st.markdown("  \n".join(_line(check.kept, check.sentence) for check in found.task.checks(spec)))
        with st.container(horizontal=True, vertical_alignment="center"):
            link = {"code": found.id}
            st.page_link(
                "classroom/page.py", label="The board", icon=":material/leaderboard:", query_params=link
            )
            st.button("Leave the class", icon=":material/logout:", type="tertiary", on_click=leave_class)


def _line(kept: bool | None, sentence: str) -> str:
    icon, color = LOOKS[kept]
    return f":{color}[:material/{icon}:] {escape(sentence)}"


def say_if_over() -> None:
    """Say so where the class in which this visitor trained is no more, until they have read it."""
    with plain_errors():
        lost = has_lost_class()
    if not lost:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(
            "The class that you trained in is over or was deleted: your runs stay yours, and what you train "
            "now stands on no board.",
            width="stretch",
        )
        st.button("All right", on_click=leave_class)

"""A class: its teacher makes it and looks after it, pupils join it, and the projector shows its board."""

import streamlit as st

from core.errors import UserError
from pages.classroom.links import BOARD, CODE, VIEW
from pages.classroom.projector import projector
from pages.classroom.pupil import pupil
from pages.classroom.start import leave_for_all, start
from pages.classroom.teacher import teacher
from pages.shared.services import store
from pages.shared.visitor import may_change
from pages.shared.words import escape


def classroom() -> None:
    code = st.query_params.get(CODE, "").strip().lower()
    if not code:
        start()
        return
    if st.query_params.get(VIEW) == BOARD:
        projector(code)
        return
    _class(code)


def _class(code: str) -> None:
    """Draw a class for its teacher or for a pupil; of one that there is not, a way to the others."""
    try:
        found = store().school_class(code)
    except UserError as error:
        st.title("A class")
        st.warning(escape(str(error)), icon=":material/link_off:")
        _all_classes()
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(escape(found.name), width="stretch")
        _all_classes()
    if may_change(found):
        teacher(found)
    else:
        pupil(found)


def _all_classes() -> None:
    """Draw the way to the page without a class; a link to the page that one is on would keep its address."""
    st.button("All classes", icon=":material/school:", type="tertiary", on_click=leave_for_all)


if __name__ == "__main__":
    classroom()

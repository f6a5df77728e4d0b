"""A class: its teacher makes it and looks after it, pupils join it, and the projector shows its board."""

import streamlit as st

from core.errors import UserError
from pages.classroom.links import BOARD, CODE, VIEW
from pages.classroom.projector import projector
from pages.classroom.pupil import pupil
from pages.classroom.start import start
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
        st.page_link("classroom/page.py", label="All classes", icon=":material/school:")
        return
    st.title(escape(found.name))
    if may_change(found):
        teacher(found)
    else:
        pupil(found)


if __name__ == "__main__":
    classroom()

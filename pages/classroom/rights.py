"""What only the teacher of a class may do."""

from collections.abc import Callable

import streamlit as st

from core.classes.records import SchoolClass
from core.errors import StoreError, UserError
from pages.shared.services import store
from pages.shared.visitor import may_change
from pages.shared.words import escape


def check_teacher(class_id: str) -> SchoolClass:
    """Return the class if it is still this visitor's.

    Raises:
        StoreError: it was deleted, or taken over on another device since the page was drawn.
    """
    found = store().school_class(class_id)
    if not may_change(found):
        raise StoreError("This class was taken over on another device: go on there, or take it back.")
    return found


def as_teacher(class_id: str, act: Callable[[], None], fault: str) -> None:
    """Do something to a class after a click in a part that draws itself anew; what is wrong is kept.

    Such a click may draw nothing: Streamlit would put it in place of the page's title.

    Args:
        fault: where the session keeps it, for `say_fault`.
    """
    st.session_state.pop(fault, None)
    try:
        check_teacher(class_id)
        act()
    except UserError as error:
        st.session_state[fault] = str(error)


def say_fault(fault: str) -> None:
    """Say what was wrong with the last click, until the next."""
    if text := st.session_state.get(fault):
        st.error(escape(text), icon=":material/error:")

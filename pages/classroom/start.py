"""The page without a class: join one by its code, go to one's own, make one, take one over."""

import streamlit as st

from core.classes.records import SchoolClass
from core.errors import UserError
from pages.classroom.form import class_fields
from pages.classroom.links import CODE, typed_code
from pages.shared.into_view import into_view
from pages.shared.services import plain_errors, store
from pages.shared.visitor import visitor
from pages.shared.words import escape

UNDO = "class-undo"
DELETED = "class.deleted"
"""Where the session keeps which class was deleted last."""
LONGEST = 300
"""Signs of what is typed as a code: it may be a whole link."""
NO_CODE = "Type the code first: six letters and digits, which the teacher shows."
WORD_HELP = "Said aloud: capitals and spaces do not matter. Only a hash of it is kept."


def start() -> None:
    """Draw the ways to a class."""
    st.title("A class")
    st.caption(
        "A teacher sets a task for a class: an accuracy to reach within limits. Pupils join with a nickname, "
        "train, and the board shows the best run of each that keeps the rules."
    )
    _undo()
    _join()
    if (owner := visitor()) is None:
        st.info("A class belongs to a browser: this one keeps no cookie, so it cannot have one.")
        return
    with plain_errors():
        own, joined = store().classes_of(owner), [found for found, _ in store().joined(owner)]
    _list("Your classes", own)
    _list("Classes that you have joined", [found for found in joined if found.owner != owner])
    _make(owner, opened=not own and not joined)
    _take_over(owner)


def _join() -> None:
    with st.form("join", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        hint = "six letters and digits"
        typed = st.text_input("The code of the class", max_chars=LONGEST, placeholder=hint, width=240)
        code = typed_code(typed)
        asked = st.form_submit_button("Go to the class", icon=":material/login:")
    if asked and code:
        open_class(code)
    elif asked:
        st.error(NO_CODE, icon=":material/error:")


def open_class(class_id: str) -> None:
    """Go to the page of a class."""
    _open(class_id)
    st.rerun()


def _open(class_id: str) -> None:
    st.query_params[CODE] = class_id


def leave_for_all() -> None:
    """Have the page be drawn without a class the next time."""
    st.query_params.pop(CODE, None)


def _list(title: str, classes: list[SchoolClass]) -> None:
    if not classes:
        return
    st.subheader(title)
    for found in classes:
        label = f"{escape(found.name)} · {found.id}"
        key = f"open.{found.id}"
        st.button(label, key, icon=":material/school:", type="tertiary", on_click=_open, args=(found.id,))


def _make(owner: str, opened: bool) -> None:
    """Draw the form that makes a class."""
    with st.expander("Make a class", icon=":material/add:", expanded=opened), st.form("make", border=False):
        filled = class_fields()
        secret = st.text_input(
            "A word of yours, with which you take the class over on another device",
            max_chars=80,
            help=WORD_HELP,
            placeholder="such as: green giraffe",
            width=500,
        )
        if st.form_submit_button("Make the class", type="primary"):
            with plain_errors(go_on=True):
                made = store().create_class(filled.name, filled.task(), owner, secret, filled.ends_at)
                open_class(made.id)


def _take_over(owner: str) -> None:
    """Draw the form in which a teacher who knows the word gets a class into this browser."""
    with (
        st.expander("Take a class of yours over on this device", icon=":material/devices:"),
        st.form("take over", border=False),
    ):
        code = typed_code(st.text_input("Code", max_chars=LONGEST, width=240))
        secret = st.text_input("Your word", max_chars=80, help=WORD_HELP, width=420)
        if st.form_submit_button("Take it over"):
            try:
                store().take_over(code, secret, owner)
            except UserError as error:
                st.error(escape(str(error)), icon=":material/error:")
            else:
                open_class(code)


def _undo() -> None:
    """Offer to bring back the class that was deleted last in this session."""
    if class_id := st.session_state.get(DELETED):
        into_view(UNDO, class_id)  # what was clicked stood far below
        with st.container(horizontal=True, vertical_alignment="center", border=True, key=UNDO):
            st.markdown("The class is deleted; the runs of its pupils stay theirs.", width="stretch")
            st.button("Undo", icon=":material/undo:", on_click=_restore, args=(class_id,))


def _restore(class_id: str) -> None:
    with plain_errors():
        store().restore_class(class_id)
    st.session_state.pop(DELETED)

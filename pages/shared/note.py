"""The note on a run: shown to everybody, written by whoever may rename the run."""

import streamlit as st

from core.errors import UserError
from core.notes import LONGEST_NOTE, without_pictures
from core.runs.records import Run
from pages.shared.opened import opened
from pages.shared.services import store
from pages.shared.words import escape

_HELP = (
    f"Markdown, without HTML or pictures, up to {LONGEST_NOTE:,} signs. Everybody who sees the run reads it."
)

HEIGHT = 320
"""Pixels of a long note, which is scrolled: the run itself is what the page is about."""


def note(run: Run) -> None:
    """Draw what is written about a run, if anything is."""
    if run.note:
        with st.container(border=True, height=HEIGHT if _is_long(run.note) else "content"):
            st.caption(":material/notes: Note")
            st.markdown(without_pictures(run.note))


def _is_long(text: str) -> bool:
    return len(text) > 800 or text.count("\n") > 12


def note_editor(run: Run) -> None:
    """Draw the editor of a run's note; what is saved last stays, whatever others saved meanwhile."""
    label = "Edit note" if run.note else "Add a note"
    opened(label, _editor, run, f"{_key(run)}.popover", ":material/notes:")


def _editor(run: Run) -> None:
    key = _key(run)
    with st.form(f"form.{key}", border=False):
        st.text_area("Note", run.note, max_chars=LONGEST_NOTE, width=480, height=240, key=key, help=_HELP)
        st.form_submit_button("Save", on_click=_save, args=(run.id, key))


def _key(run: Run) -> str:
    """Return the key of the field: another once somebody else has saved a note, with which it then begins."""
    return f"note.{run.id}.{hash(run.note)}"


def _save(run_id: str, key: str) -> None:
    """Keep what was typed; called before the page is drawn, so also where the note is another by now."""
    try:
        store().set_note(run_id, st.session_state[key])
    except UserError as error:
        st.toast(escape(str(error)), icon=":material/error:")
    else:
        st.rerun()  # all of the page, which shows the note

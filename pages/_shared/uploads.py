"""Files that people upload: each is read once and let go, so that the server stays as small as it was.

Streamlit keeps an uploaded file for as long as its session lives, and a session for two minutes and longer
after its browser has gone.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core.errors import UserError
from core.memory import give_back
from pages._shared.words import escape

Read = TypeVar("Read")

SMALL = 1_000_000
"""Bytes of a file that leaves nothing behind worth looking for."""
_turn = threading.Lock()


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why."""

    sentence: str


def upload(
    label: str, types: Sequence[str], key: str, read: Callable[[Any], Read], hint: str | None = None
) -> Read | None:
    """Draw an uploader and return, once, what `read` makes of a file.

    The page starts over when a file has been read, and the uploader is empty again. Of a file that `read`
    refuses with a `UserError`, the sentence stays below it until another is read or it is dismissed.

    Args:
        key: tells this uploader from others.
        read: gets a binary file with a `name`, which must not be used any more after it has returned; it
            draws nothing.
    """
    number = st.session_state.setdefault(f"{key}.number", 0)
    file = st.file_uploader(label, type=types, key=f"{key}.{number}", help=hint)
    if file is not None:
        with st.spinner(f"Reading {escape(file.name)} …"):
            outcome = _outcome(read, file)
        st.session_state[f"{key}.outcome"] = outcome
        st.session_state[f"{key}.number"] = number + 1
        st.rerun()
    kept = st.session_state.get(f"{key}.outcome")
    if isinstance(kept, Refused):
        _show(kept.sentence, key)
        return None
    st.session_state.pop(f"{key}.outcome", None)
    return kept


def _outcome(read: Callable[[Any], Read], file: Any) -> Read | Refused:
    """Return what `read` makes of a file, or why it refuses it; of the file itself nothing is left."""
    with reading(file.size):
        try:
            return read(file)
        except UserError as error:
            return Refused(str(error))  # the error itself would keep the file's content
        finally:
            _let_go(file)


@contextmanager
def reading(size: int) -> Iterator[None]:
    """Read files of more than `SMALL` bytes one at a time, since each takes some hundred MB for a moment."""
    if size <= SMALL:
        yield
        return
    with _turn:
        try:
            yield
        finally:
            give_back()


def _let_go(file: Any) -> None:
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    file.close()


def _show(refusal: str, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.error(escape(refusal), icon=":material/error:", width="stretch")
        st.button(
            "Dismiss",
            icon=":material/close:",
            type="tertiary",
            key=f"{key}.dismiss",
            on_click=st.session_state.pop,
            args=(f"{key}.outcome", None),
        )

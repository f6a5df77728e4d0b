"""Files that people upload: each is read once and let go, so that the server stays as small as it was.

Streamlit keeps an uploaded file for as long as its session lives, and a session for two minutes and longer
after its browser has gone.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import streamlit as st
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import RerunException, StopException, get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import UserError
from core.host import host
from core.memory import give_back
from core.runs.limits import check_upload
from pages.shared.words import escape

Read = TypeVar("Read")

SMALL = 1_000_000
"""Bytes of a file that leaves nothing behind worth looking for."""
_turn = threading.Lock()


@dataclass(frozen=True)
class Refused:
    """A file that was not taken, and why."""

    sentence: str


@dataclass
class Turn:
    """Where an uploader stands. It is changed in place: to write to the session's state, or to draw, ends a
    script that the visitor's next click has made old. Until then it runs beside the one of that click.

    Attributes:
        number: how many files it has read.
        outcome: what was made of the last one, until that is taken or dismissed.
        unread: the file that is being read, or whose reading was broken off.
        held: by the script that reads.
    """

    number: int = 0
    outcome: Any = None
    unread: Any = None
    held: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> Any:
        outcome, self.outcome = self.outcome, None
        return outcome


def upload(label: str, key: str, read: Callable[[Any], Read], hint: str | None = None) -> Read | None:
    """Draw an uploader and return, once, what `read` makes of a file.

    The page starts over when a file has been read, and the uploader is empty again. A click meanwhile loses
    nothing: what was read is returned all the same, and what was broken off is read anew. Of a file that
    `read` refuses with a `UserError`, the sentence stays below it until another is read or it is dismissed.
    A file of any name is taken: Streamlit would say of others that they "are not allowed", and no more.

    Args:
        key: tells this uploader from others.
        read: gets a binary file with a `name`, which must not be used any more after it has returned; it
            draws nothing once it has kept anything.
    """
    turn: Turn = st.session_state.setdefault(f"{key}.turn", Turn())
    number = turn.number
    file = st.file_uploader(
        label, key=f"{key}.{number}", help=hint, max_upload_size=host().limits.upload_megabytes
    )
    file = _unread(turn) if file is None else _sharing(file)
    if file is not None:
        with st.spinner(f"Reading {escape(file.name)} …"), turn.held:
            if turn.number == number:  # else the script before this one has come to its end
                _read(read, file, turn)
        st.rerun()
    if isinstance(turn.outcome, Refused):
        _show(turn, key)
        return None
    kept: Read | None = turn.take()
    return kept


def _sharing(file: UploadedFile) -> UploadedFile:
    """Return a file whose bytes are those that Streamlit keeps.

    What an uploader returns is a copy: each file that waits for its turn would be in memory twice.
    """
    context = get_script_run_ctx()
    kept = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id]) if context else []
    if not kept:
        return file
    file.close()
    return UploadedFile(kept[0], FileURLs())


def _unread(turn: Turn) -> Any:
    """Return the file whose reading was broken off, be it by leaving the page or closing the popover.

    A file that was taken away meanwhile is not wanted any more.
    """
    context, file = get_script_run_ctx(), turn.unread
    if context is None or file is None:
        return None
    return file if context.uploaded_file_mgr.get_files(context.session_id, [file.file_id]) else None


def _read(read: Callable[[Any], Read], file: Any, turn: Turn) -> None:
    """Note what `read` makes of a file, or why it refuses it; of the file itself nothing is left."""
    turn.unread, broken_off = file, False
    file.seek(0)
    with reading(file.size):
        try:
            check_upload(file.name, file.size)
            turn.outcome = read(file)
            turn.number += 1
        except UserError as error:
            turn.outcome = Refused(str(error))  # the error itself would keep the file's content
            turn.number += 1
        except (RerunException, StopException):
            broken_off = True
            raise
        finally:
            if not broken_off:
                _let_go(turn)


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


@contextmanager
def progress(what: str) -> Iterator[Callable[[float], None]]:
    """Draw a bar while something lasts, and give what moves it: to a share from 0 to 1, with words behind.

    A bar that moves also notices the visitor's next click.
    """
    bar, shown = st.progress(0.0, f"0% {what}"), 0

    def told(share: float) -> None:
        nonlocal shown
        if (percent := int(100 * share)) > shown:
            shown = percent
            bar.progress(percent, f"{percent}% {what}")

    yield told
    bar.empty()


def _let_go(turn: Turn) -> None:
    file, turn.unread = turn.unread, None
    context = get_script_run_ctx()
    if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)
    file.close()


def _show(turn: Turn, key: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.error(escape(turn.outcome.sentence), icon=":material/error:", width="stretch")
        st.button(
            "Dismiss",
            icon=":material/close:",
            type="tertiary",
            key=f"{key}.dismiss",
            on_click=turn.take,
        )

"""Uploaded files: read once, let go at once, and what is wrong with them stays said."""

import subprocess
import sys
import textwrap
import threading
import time
import weakref
from types import SimpleNamespace

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.scriptrunner import RerunData, RerunException, StopException
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest

from core.home import PROJECT
from core.memory import _glibc
from core.model.specs import RunSpec
from core.runs import disks
from core.runs.store import open_store
from pages.server import tidy
from pages.shared.uploads import SMALL, Turn, _read, reading
from tests.pages.test_pages import page


class Session:
    """What of a session is asked for here; the real ones need a whole server."""

    id = "gone"

    def __init__(self) -> None:
        self.session_state = {"file": bytes(10)}
        self.files = [bytes(10)]

    def shutdown(self) -> None:
        self.files.clear()


def draw() -> None:
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from core.errors import DataError
    from pages.shared.uploads import upload

    def read(file):  # type: ignore[no-untyped-def]
        st.session_state["file"] = file
        (kept,) = context.uploaded_file_mgr.get_files(context.session_id, [file.file_id])  # type: ignore[union-attr]
        st.session_state["is in memory once"] = file.getvalue() is kept.data
        if file.read(3) == b"bad":
            raise DataError(f"{file.name} is *bad*.")
        return file.name

    context = get_script_run_ctx()
    name = upload("A file", "some", read)
    held = sum(map(len, context.uploaded_file_mgr.file_storage.values()))  # type: ignore[union-attr, attr-defined]
    st.text(f"read: {name}, held: {held}")


def bring(test: AppTest, name: str, content: bytes) -> AppTest:
    test.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not test.exception
    return test


def test_a_file_of_any_name_is_taken_so_that_a_sentence_says_what_it_is() -> None:
    test = AppTest.from_function(draw, default_timeout=240).run()
    assert not test.file_uploader[0].proto.type
    bring(test, "mnist.npz", b"bad")
    assert [error.value for error in test.error] == [r"mnist.npz is \*bad\*."]


def test_a_file_is_read_once_and_nothing_of_it_is_left() -> None:
    test = bring(AppTest.from_function(draw, default_timeout=240).run(), "digits.csv", b"good")
    assert test.text[0].value == "read: digits.csv, held: 0"
    assert test.session_state["file"].closed
    assert test.session_state["is in memory once"]
    test.run()
    assert test.text[0].value == "read: None, held: 0"
    assert test.file_uploader[0].value is None


def test_a_refusal_stays_said_without_the_file_until_another_is_read_or_it_is_dismissed() -> None:
    test = bring(AppTest.from_function(draw, default_timeout=240).run(), "x.csv", b"bad")
    for _ in range(2):
        assert [error.value for error in test.error] == [r"x.csv is \*bad\*."]
        assert test.text[0].value == "read: None, held: 0"
        assert test.session_state["file"].closed
        test.run()
    test.button(key="some.dismiss").click().run()
    assert not test.error
    bring(test, "y.csv", b"bad")
    assert len(test.error) == 1
    bring(test, "z.csv", b"good")
    test.run()
    assert not test.error


def draw_while_clicked() -> None:
    """Draw an uploader whose visitor clicks once while their file is being read, be it to leave the page."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from pages.shared.uploads import upload

    context = get_script_run_ctx()
    assert context is not None

    def read(file):  # type: ignore[no-untyped-def]
        reads.append(file.name)
        content = file.read()
        assert content
        if len(reads) == 1:
            st.session_state["left"] = content == b"left"
            context.script_requests.request_rerun(RerunData())
            if content != b"read in one go":
                st.empty()
        return file.name

    reads = st.session_state.setdefault("reads", [])
    if left := st.session_state.get("left"):
        st.session_state["left"] = False
        context.script_requests.request_rerun(RerunData())
    name = None if left else upload("A file", "some", read)
    if name:
        st.session_state["name"] = name
    held = sum(map(len, context.uploaded_file_mgr.file_storage.values()))  # type: ignore[union-attr, attr-defined]
    st.text(f"{st.session_state.get('name')}, read {len(reads)} times, held: {held}")


@pytest.mark.parametrize(("content", "times"), [(b"read in one go", 1), (b"drawn meanwhile", 2)])
def test_a_click_while_a_file_is_read_loses_nothing(content: bytes, times: int) -> None:
    test = AppTest.from_function(draw_while_clicked, default_timeout=240).run()
    bring(test, "digits.csv", content)
    assert test.text[0].value == f"digits.csv, read {times} times, held: 0"


@pytest.mark.parametrize("end", [StopException(), RerunException(RerunData())])
def test_a_script_that_is_ended_while_it_reads_leaves_the_file_to_the_next(end: BaseException) -> None:
    turn, file = Turn(), UploadedFile(UploadedFileRec("id", "a.csv", "text/csv", b"all"), FileURLs())

    def ended(file: UploadedFile) -> None:
        file.read()
        raise end

    with pytest.raises(type(end)):
        _read(ended, file, turn)
    assert (turn.number, turn.unread, file.closed) == (0, file, False)
    _read(UploadedFile.read, file, turn)
    assert (turn.number, turn.unread, turn.outcome, file.closed) == (1, None, b"all", True)


def test_a_file_whose_page_was_left_while_it_was_read_is_read_once_its_visitor_is_back() -> None:
    test = AppTest.from_function(draw_while_clicked, default_timeout=240).run()
    bring(test, "digits.csv", b"left")
    assert test.text[0].value == "digits.csv, read 2 times, held: 0"
    assert test.file_uploader[0].value is None


def test_large_files_are_read_one_after_another() -> None:
    inside, most = [0], [0]
    begin = threading.Barrier(4)

    def read() -> None:
        begin.wait()
        with reading(SMALL + 1):
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            time.sleep(0.01)  # long enough for the others to come in, if they could
            inside[0] -= 1

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == ([0], [1])


def test_sessions_that_may_not_come_back_are_dropped_without_anybody_coming(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    storage = MemorySessionStorage(ttl_seconds=0)
    manager = SimpleNamespace(_session_storage=storage, list_sessions=storage.list)
    server = SimpleNamespace(exists=lambda: True, get_instance=lambda: SimpleNamespace(_session_mgr=manager))
    monkeypatch.setattr(tidy, "runtime", server)
    session = Session()
    state, files, left = session.session_state, session.files, weakref.ref(session)
    storage.save(SimpleNamespace(session=session))  # type: ignore[arg-type]
    del session
    assert left() is not None
    assert tidy.sessions() == set()
    assert left() is None
    assert (state, files) == ({}, [])


MEMORY = """
    import threading
    import numpy as np
    import psutil
    from core.memory import give_back, stay_small

    def read():
        for _ in range(3):
            arrays = [np.ones(33_000_000, np.uint8) for _ in range(2)]
            pieces = [bytearray(100_000) for _ in range(100)]

    stay_small()
    before = psutil.Process().memory_info().rss
    for _ in range(4):
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    give_back()
    print((psutil.Process().memory_info().rss - before) / 1e6)
"""


@pytest.mark.skipif(_glibc() is None, reason="another C library, which is left to itself")
def test_what_threads_have_read_goes_back_to_the_system() -> None:
    code = textwrap.dedent(MEMORY)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) < 10


def test_the_runs_page_says_where_runs_should_not_be_kept(
    small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "network", lambda path: "nfs4")
    open_store().create(small_spec, "x")
    (warning,) = (warning.value for warning in page("runs/page.py").warning)
    assert "network share (nfs4)" in warning

"""What a busy server has not sent yet stays whole when a part of the page draws itself anew."""

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.app_session import AppSession, RunDescriptor
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunnerEvent as Event
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.server import whole
from pages.server.whole import keep_whole, sparing

PART = "part"
PAGE = [((0, 0), ""), ((0, 1), PART), ((0, 1, 0), PART), ((0, 2), "")]
"""The blocks of a page, each with the part that it belongs to."""


@pytest.fixture
def _spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AppSession, "_clear_queue", sparing(AppSession._clear_queue))


def block(path: Iterable[int], part: str) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path[:] = path
    message.delta.add_block.allow_empty = True
    if part:
        message.delta.fragment_id = part
    return message


def session() -> AppSession:
    files = MemoryUploadedFileManager("/")
    return AppSession(ScriptData("app.py", False), files, ScriptCache(), lambda: None, {})


def drawn(session: AppSession, end: Event, parts: list[str] | None) -> None:
    """Have a session's script draw the page, or these parts of it."""
    run = RunDescriptor.create(parts)
    tell: Any = session._handle_scriptrunner_event_on_event_loop
    tell(
        None,
        Event.SCRIPT_STARTED,
        page_script_hash="page",
        fragment_ids_this_run=parts,
        pages={},
        run_descriptor=run,
    )
    for path, part in PAGE:
        if parts is None or part in parts:
            tell(None, Event.ENQUEUE_FORWARD_MSG, forward_msg=block(path, part))
    tell(None, end, run_descriptor=run)


def sent(session: AppSession) -> list[tuple[int, ...]]:
    """Return the places of what a browser is sent now, in order."""
    messages = session.flush_browser_queue()
    return [tuple(one.metadata.delta_path) for one in messages if one.HasField("delta")]


async def page_then_part() -> list[tuple[int, ...]]:
    one = session()
    drawn(one, Event.SCRIPT_STOPPED_WITH_SUCCESS, None)
    drawn(one, Event.FRAGMENT_STOPPED_WITH_SUCCESS, [PART])
    return sent(one)


@pytest.mark.usefixtures("_spared")
def test_each_element_finds_its_place_where_a_part_begins_before_the_page_was_sent() -> None:
    places = asyncio.run(page_then_part())
    assert places == [path for path, _ in PAGE] + [(0, 1), (0, 1, 0)]


def test_by_itself_streamlit_drops_the_place_of_the_part() -> None:
    """When this fails, `pages/server/whole.py` can go."""
    assert asyncio.run(page_then_part())[:2] == [(0, 0), (0, 2)]


@pytest.mark.usefixtures("_spared")
def test_a_page_that_is_drawn_anew_still_drops_what_waits() -> None:
    async def twice() -> list[tuple[int, ...]]:
        one = session()
        drawn(one, Event.SCRIPT_STOPPED_WITH_SUCCESS, None)
        drawn(one, Event.SCRIPT_STOPPED_WITH_SUCCESS, None)
        return sent(one)

    assert asyncio.run(twice()) == [path for path, _ in PAGE]


def test_streamlit_is_changed_once_and_left_alone_where_it_has_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(AppSession, "_clear_queue", AppSession._clear_queue)
    keep_whole()
    once = AppSession._clear_queue
    keep_whole()
    assert AppSession._clear_queue is once
    monkeypatch.setattr(whole, "_NAME", "_is_gone")
    keep_whole()
    assert not hasattr(AppSession, "_is_gone")

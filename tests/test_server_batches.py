"""What scripts draw is taken in by the server's loop in batches, complete and in order."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent as Event

from pages.server import batches
from pages.server.batches import after_what_waits, batching, keep_batches


class Session:
    """What of a session of Streamlit's takes part; to be made on a loop."""

    def __init__(self) -> None:
        self._event_loop = asyncio.get_running_loop()
        self._message_enqueued_callback: Callable[[], None] | None = self._wake
        self.handled: list[tuple[Event, Any]] = []
        self.calls = self.wakes = 0

    def _wake(self) -> None:
        self.wakes += 1

    def _call_soon_on_event_loop(self, callback: Callable[[], object]) -> None:
        self.calls += 1
        self._event_loop.call_soon_threadsafe(callback)

    def _handle_scriptrunner_event_on_event_loop(
        self, _sender: Any, event: Event, message: Any = None
    ) -> None:
        if message == "broken":
            raise ValueError(message)
        self.handled.append((event, message))
        if self._message_enqueued_callback:
            self._message_enqueued_callback()

    def _on_event_one_by_one(self, sender: Any, event: Event, message: Any = None) -> None:
        self._call_soon_on_event_loop(
            lambda: self._handle_scriptrunner_event_on_event_loop(sender, event, message)
        )

    on_event = batching(_on_event_one_by_one)

    def _rerun(self) -> None:
        self.handled.append((Event.SCRIPT_STARTED, "next"))

    rerun = after_what_waits(_rerun)


def script(session: Session, messages: list[str], ends: bool) -> threading.Thread:
    """Have a thread draw so much, as a script does; it has ended when this returns."""

    def draw() -> None:
        for message in messages:
            session.on_event(None, Event.ENQUEUE_FORWARD_MSG, message)
        if ends:
            session.on_event(None, Event.SHUTDOWN)

    thread = threading.Thread(target=draw)
    thread.start()
    thread.join()
    return thread


MESSAGES = [str(number) for number in range(100)]
DRAWN = [(Event.ENQUEUE_FORWARD_MSG, message) for message in MESSAGES]


async def until(holds: Callable[[], bool]) -> None:
    """Wait, on the loop, until something holds."""
    while not holds():
        await asyncio.sleep(0.001)


def test_what_a_script_has_drawn_at_its_end_comes_at_once_in_order_and_wakes_the_loop_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "LATEST", 1e6)

    async def see() -> None:
        session = Session()
        script(session, MESSAGES, ends=True)
        await until(lambda: len(session.handled) > len(MESSAGES))
        assert session.handled == [*DRAWN, (Event.SHUTDOWN, None)]
        assert (session.calls, session.wakes) == (2, 1)

    asyncio.run(see())


def test_what_a_script_that_goes_on_has_drawn_comes_after_a_moment_and_later_things_too() -> None:
    async def see() -> None:
        session = Session()
        for times in (1, 2):
            script(session, MESSAGES, ends=False)
            await until(lambda many=times: len(session.handled) == many * len(MESSAGES))
        assert session.handled == DRAWN + DRAWN
        assert (session.calls, session.wakes) == (2, 2)

    asyncio.run(see())


def test_what_waits_is_taken_in_before_the_next_script_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "LATEST", 1e6)

    async def see() -> None:
        session = Session()
        script(session, MESSAGES, ends=False)
        session.rerun()
        assert session.handled == [*DRAWN, (Event.SCRIPT_STARTED, "next")]

    asyncio.run(see())


def test_an_event_that_fails_takes_no_other_with_it() -> None:
    async def see() -> None:
        session, failed = Session(), list[Any]()
        session._event_loop.set_exception_handler(lambda _, context: failed.append(context["exception"]))
        script(session, [*MESSAGES, "broken", *MESSAGES], ends=True)
        await until(lambda: (Event.SHUTDOWN, None) in session.handled)
        assert session.handled == [*DRAWN, *DRAWN, (Event.SHUTDOWN, None)]
        assert [str(error) for error in failed] == ["broken"]
        assert session._message_enqueued_callback is not None

    asyncio.run(see())


def test_what_the_loop_tells_itself_comes_after_what_waits_and_before_what_it_does_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "LATEST", 1e6)

    async def see() -> None:
        session, order = Session(), list[str]()
        script(session, MESSAGES, ends=False)
        session.on_event(None, Event.SCRIPT_STOPPED_WITH_SUCCESS)
        session._call_soon_on_event_loop(lambda: order.append(str(session.handled[-1][0])))
        await until(lambda: bool(order))
        assert session.handled == [*DRAWN, (Event.SCRIPT_STOPPED_WITH_SUCCESS, None)]
        assert order == [str(Event.SCRIPT_STOPPED_WITH_SUCCESS)]

    asyncio.run(see())


def test_streamlit_has_the_methods_that_are_changed_and_they_are_changed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("_on_scriptrunner_event", "request_rerun"):
        monkeypatch.setattr(AppSession, name, getattr(AppSession, name))
    for name in ("_call_soon_on_event_loop", "_handle_scriptrunner_event_on_event_loop"):
        assert callable(getattr(AppSession, name))
    keep_batches()
    changed = AppSession._on_scriptrunner_event, AppSession.request_rerun
    assert {method.__module__ for method in changed} == {batches.__name__}
    keep_batches()
    assert changed == (AppSession._on_scriptrunner_event, AppSession.request_rerun)

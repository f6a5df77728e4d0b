"""What a script draws reaches the server's loop in batches.

By itself Streamlit wakes the loop twice for each element that a script draws, from the script's thread: two
system calls that also hand over Python's lock, and several rounds of the loop, which together cost more than
drawing the element. Here the loop is told of the first element of a batch and of a script's end; what comes
in between waits for a twentieth of a second at most.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent

from pages.server.private import stand_in

LATEST = 0.05
"""Seconds after which what a script has drawn is on its way to the browser, though it goes on."""
Method = Callable[..., None]
_EVENT, _RERUN = "_on_scriptrunner_event", "request_rerun"

_waiting: WeakKeyDictionary[AppSession, deque[Callable[[], None]]] = WeakKeyDictionary()
"""What a session's scripts have told since the last batch."""


def keep_batches() -> None:
    """Have sessions take in what their scripts draw in batches."""
    stand_in(AppSession, {_EVENT: batching, _RERUN: after_what_waits})


def batching(method: Method) -> Method:
    """Return a method that keeps a script's events until they are `LATEST` old, or the script has ended.

    Args:
        method: Streamlit's, which wakes the loop for each event.
    """

    def on_event(session: Any, sender: Any, event: ScriptRunnerEvent, *args: Any, **named: Any) -> None:
        if _is_on_loop(session):  # a message that could not be read: what follows here must come after it
            _take_in(session)
            method(session, sender, event, *args, **named)
            return
        handle = session._handle_scriptrunner_event_on_event_loop
        waiting = _waiting.setdefault(session, deque())
        waiting.append(partial(handle, sender, event, *args, **named))
        if event is ScriptRunnerEvent.SHUTDOWN:
            session._call_soon_on_event_loop(partial(_take_in, session))
        elif len(waiting) == 1:
            later = partial(session._event_loop.call_later, LATEST, _take_in, session)
            session._call_soon_on_event_loop(later)

    return on_event


def after_what_waits(method: Method) -> Method:
    """Return a method that first takes in what waits, which a script that it starts would have dropped."""

    def after(session: Any, *args: Any, **named: Any) -> None:
        _take_in(session)
        method(session, *args, **named)

    return after


def _is_on_loop(session: Any) -> bool:
    try:
        return asyncio.get_running_loop() is session._event_loop
    except RuntimeError:  # a script's thread
        return False


def _take_in(session: Any) -> None:
    """Handle all events that wait, in their order, and wake the loop once; called on the loop."""
    waiting = _waiting.get(session)
    if not waiting:
        return
    wake, session._message_enqueued_callback = session._message_enqueued_callback, None
    try:
        while waiting:
            waiting.popleft()()
    finally:
        session._message_enqueued_callback = wake
        if waiting:  # the loop logs that one has failed, and goes on with the rest
            session._event_loop.call_soon(_take_in, session)
        if wake:
            wake()

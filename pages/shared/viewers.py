"""How many watch something that moves: the more do, the less often each looks.

So all are answered in time, and what trains on the same machine keeps its pace: a class that watches costs
the server about the same, however large it is.
"""

import math
import threading
import time
from collections.abc import Callable
from functools import wraps

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

MANY, SELDOM = 8, 4.0
"""So many look as often as they like; where more do, each waits longer, at most so many seconds."""
STEPS = 2
"""A wait grows by half of itself, so that a browser is not told of each visitor who comes."""
GONE = SELDOM + 2
"""Seconds after which a session that has not looked again watches no more."""

_lock = threading.Lock()
_looks: dict[str, float] = {}
"""Session → when it looked last at anything."""


Draw = Callable[..., float | None]
"""Draws a part of a page; returns the seconds until it is to look again, or None: as long as before."""


def live_part(draw: Draw, tick: float | None) -> Draw:
    """Return a part of a page that is drawn again and again, less often while many watch.

    Who came early is slowed down as well: a browser is told when its wait has changed.

    Args:
        draw: a function of a module.
        tick: seconds between two looks where few watch; None if nothing moves.
    """
    if tick is None:
        return st.fragment(draw)
    wanted, told = tick, spaced(tick)

    @wraps(draw)
    def look(*args: object) -> None:
        nonlocal wanted, told
        wanted = draw(*args) or wanted
        if (wait := spaced(wanted)) != told:
            told = wait
            _tell_browser(wait)

    return st.fragment(look, run_every=told)


def spaced(tick: float) -> float:
    """Note that this session looks now; return the seconds until it is to look again."""
    times = math.ceil(STEPS * max(1.0, viewers() / MANY)) / STEPS
    return max(tick, min(SELDOM, tick * times))


def viewers() -> int:
    """Note that this session looks now; return how many sessions have done so of late."""
    context, now = get_script_run_ctx(), time.monotonic()
    with _lock:
        if context is not None:
            _looks[context.session_id] = now
        for one in [one for one, at in _looks.items() if now - at >= GONE]:
            del _looks[one]
        return len(_looks)


def _tell_browser(wait: float) -> None:
    """Have the browser ask for the part that is drawn just now after another time than until now.

    It is the message by which Streamlit tells `run_every`, which it does only when a whole page is drawn.
    """
    if context := get_script_run_ctx():
        message = ForwardMsg()
        message.auto_rerun.interval = wait
        message.auto_rerun.fragment_id = ThreadState.get().fragment_id or ""
        context.enqueue(message)

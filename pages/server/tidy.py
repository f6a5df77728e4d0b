"""Keeps the server small: what belonged to visitors who have gone is let go, also if nobody comes after them.

Streamlit forgets a session two minutes after its browser has gone, but only when another one goes, and what
it held (such as a file that nobody was there any more to read) only when Python next collects cycles, which
on a quiet server may take hours.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from streamlit import runtime
from streamlit.runtime.memory_session_storage import MemorySessionStorage

from core.memory import give_back, stay_small

INTERVAL = 20.0
"""Seconds between two looks at who is there."""


@asynccontextmanager
async def tidy() -> AsyncIterator[None]:
    """Look for sessions that have ended as long as the block lasts."""
    stay_small()
    looking = asyncio.create_task(_look())
    try:
        yield
    finally:
        looking.cancel()


async def _look() -> None:
    known: set[str] = set()
    while True:
        await asyncio.sleep(INTERVAL)
        there = sessions()
        if known - there:
            await asyncio.to_thread(give_back)
        known = there


def sessions() -> set[str]:
    """Return the ids of the sessions that live or may come back, and drop those that may not."""
    if not runtime.exists():
        return set()
    manager = runtime.get_instance()._session_mgr
    storage = getattr(manager, "_session_storage", None)
    if isinstance(storage, MemorySessionStorage):
        for _, over in storage._cache.expire():
            over.session.shutdown()
            over.session.session_state.clear()  # the server's loop holds the last one until another comes
    return {info.session.id for info in manager.list_sessions()}

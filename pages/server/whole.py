"""A part of a page that draws itself anew leaves whole what of the page has not been sent yet.

As a part (`st.fragment`) begins, Streamlit drops what waits of it, since all of it is drawn anew. But where
the whole page was drawn just before, and a busy server has not sent it yet, the part's place in the page is
dropped with it, and the browser gets what stands below first. It then loses an element or, where the page
is new, finds no place for it ("Bad delta path index"), on which React takes all out of the window: it stays
white. So nothing is dropped here: what waits goes first, as from a server with less to do.
"""

from collections.abc import Callable
from typing import Any

from streamlit.runtime.app_session import AppSession

from pages.server.private import stand_in

_NAME = "_clear_queue"
_NO_PART = ["no part"]
"""Streamlit drops what belongs to the parts that are named: to this one belongs nothing."""
Clear = Callable[..., None]


def keep_whole() -> None:
    """Have sessions drop nothing of what waits when a part of a page begins."""
    stand_in(AppSession, {_NAME: sparing})


def sparing(clear: Clear) -> Clear:
    """Return a method that drops what waits only where the whole page is to be drawn anew."""

    def spare(session: Any, fragment_ids_this_run: list[str] | None = None) -> None:
        clear(session, fragment_ids_this_run and _NO_PART)

    return spare

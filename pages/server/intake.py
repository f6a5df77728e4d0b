"""Uploads on their way in: how many bytes wait in memory, and for how long a slow one may take.

Streamlit keeps what is uploaded in memory until a page reads it, limits the size of each file, and takes as
many as somebody sends, also under names that no page has asked for.
"""

import asyncio
import time
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, runtime

from core.host import MB, host

_ROUTE = "/_stcore/upload_file/"
FILES_A_SESSION = 1.5
"""Files of the largest size that one session may have waiting: one, and another while that is read."""
PATIENCE, SLOWEST = 60.0, 50_000
"""A body has so many seconds, and a second more for each so many bytes."""


class Intake:
    """ASGI middleware that refuses uploads which would fill the memory, and ends those that take too long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: dict[str, int] = {}
        """Session → bytes of the bodies under way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or _ROUTE not in scope["path"]:
            await self._app(scope, receive, send)
            return
        session, size = _session(scope["path"]), _size(Headers(scope=scope))
        if refusal := self._refusal(session, size):
            await PlainTextResponse(refusal, 413)(scope, receive, send)
            return
        self._coming[session] = self._coming.get(session, 0) + size
        try:
            await self._pass_on(scope, receive, send, size)
        finally:
            self._coming[session] -= size
            if not self._coming[session]:
                del self._coming[session]

    def _refusal(self, session: str, size: int) -> str:
        """Return why a body of so many bytes is not taken now, or ""."""
        from core.runs.limits import megabytes  # not before it is needed: the server is up sooner

        waiting = held()
        own = waiting.get(session, 0) + self._coming.get(session, 0) + size
        most = int(FILES_A_SESSION * _largest())
        if own > most:
            return f"The files of one browser tab may have {megabytes(most)} together until they are read."
        together = sum(waiting.values()) + sum(self._coming.values()) + size
        if together > host().waiting_megabytes * MB:
            most = host().waiting_megabytes * MB
            return f"All uploads under way may have {megabytes(most)} together: try again in a minute."
        return ""

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, size: int) -> None:
        end, late, answered = time.monotonic() + PATIENCE + size / SLOWEST, False, False

        async def receive_in_time() -> Message:
            nonlocal late
            try:
                return await asyncio.wait_for(receive(), max(0.0, end - time.monotonic()))
            except TimeoutError:
                late = True
                return {"type": "http.disconnect"}

        async def send_unless_late(message: Message) -> None:
            nonlocal answered
            if not late:
                answered = True
                await send(message)

        with suppress(ClientDisconnect):  # the visitor's, or the one above: nobody waits for the app
            await self._app(scope, receive_in_time, send_unless_late)
        if late and not answered:
            await PlainTextResponse("The file took too long to arrive.", 408)(scope, receive, send)


def _session(path: str) -> str:
    return path.partition(_ROUTE)[2].partition("/")[0]


def _size(headers: Headers) -> int:
    """Return how many bytes a body has: a browser says it, and who does not is taken for the largest."""
    said = headers.get("content-length", "")
    plain = said.isascii() and said.isdecimal() and len(said) < 16
    return min(int(said), _largest()) if plain else _largest()


def _largest() -> int:
    return int(config.get_option("server.maxUploadSize")) * 1024 * 1024


def held() -> dict[str, int]:
    """Return how many bytes of each session's files Streamlit keeps in memory."""
    if not runtime.exists():
        return {}
    files = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: sum(len(one.data) for one in list(kept.values())) for session, kept in list(files.items())
    }

"""Who is looking: a cookie that each browser is given tells its owner's runs from those of others.

There are no accounts. What a browser starts belongs to it; others may look at it, and train it changed.
What belongs to nobody (trained in the terminal, or by a browser without cookies) anybody may change.
"""

import hashlib
import secrets

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.runs.records import Group, Run

COOKIE = "digits_visitor"
YEAR = 365 * 24 * 3600


class VisitorCookie:
    """ASGI middleware that gives each browser a random name of its own, which no script can read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _has_cookie(scope):
            await self._app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                token = secrets.token_urlsafe(24)
                value = f"{COOKIE}={token}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", value)
            await send(message)

        await self._app(scope, receive, send_with_cookie)


def _has_cookie(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return COOKIE in cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))


def _is_page(message: Message) -> bool:
    """Whether a response is a page, be it one that the browser still has (304)."""
    return message["status"] == 304 or MutableHeaders(scope=message).get("content-type", "").startswith(
        "text/html"
    )


def visitor() -> str | None:
    """Return the name under which this browser's runs are kept, or None if it has no cookie."""
    token = st.context.cookies.get(COOKIE)
    if not isinstance(token, str) or not token:  # a page that is run without a browser has neither
        return None
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def may_change(thing: Run | Group) -> bool:
    """Return whether this visitor may pause, stop, rename, tag or delete a run or a group."""
    return thing.owner is None or thing.owner == visitor()


def remember_page(title: str) -> None:
    """Note which page this session is on now, and which it was on before."""
    st.session_state["pages"] = (*st.session_state.get("pages", ())[-1:], title)


def came_from(title: str) -> bool:
    """Return whether the run of the script before this one drew the page of this title."""
    pages = st.session_state.get("pages", ())
    return len(pages) == 2 and pages[0] == title

"""The cookies that tell browsers apart: a name for each, also where a page of another site frames the app.

Two tabs that a new browser opens at once are answered before either answer has arrived, so both bring a name.
Each name is a cookie of its own, and none replaces another; browsers send the older ones first (RFC 6265,
5.4), so the first is the one that all tabs know.

Over https every cookie of ours says `Secure`. In a frame of another site browsers only send those that also
say `SameSite=None`, and those that keep the cookies of each framing site apart only take a `Partitioned` one
(CHIPS). Where the host allows such frames each cookie is therefore given both ways. That includes Streamlit's
own against forged uploads, which its upload address wants back: its option `server.xsrfCookieSameSite` would
break uploads wherever there is no https.
"""

import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.host import host
from pages.shared.addresses import home
from pages.shared.tokens import COOKIE, tokens

YEAR = 365 * 24 * 3600
_OURS = (COOKIE, "_streamlit_xsrf=")
_OF_SIGNING_IN = ("_streamlit_user", "_streamlit_session")
"""Streamlit's own, `SameSite=Lax`: in a frame of another site nobody is signed in."""
_LAX, _EVERYWHERE = "SameSite=Lax", "SameSite=None; Secure"


class Cookies:
    """ASGI middleware that gives each browser a random name, which no script can read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        known = any(tokens(cookie_parser(asked.get("cookie", ""))))

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if not known and _is_page(message["status"], headers):
                    headers.append("set-cookie", _new_name())
                if _is_secure(scope["scheme"], asked):
                    _secured(headers)
            await send(message)

        await self._app(scope, receive, send_with_cookies)


def _new_name() -> str:
    name = f"{COOKIE}_{secrets.token_hex(4)}={secrets.token_urlsafe(24)}"
    return f"{name}; Path={home().rstrip('/') or '/'}; Max-Age={YEAR}; HttpOnly; {_LAX}"


def _is_page(status: int, headers: Headers) -> bool:
    """Whether a response is a page, be it one that the browser still has (304)."""
    return status == 304 or headers.get("content-type", "").startswith("text/html")


def _is_secure(scheme: str, asked: Headers) -> bool:
    """Whether the browser asked over https, as far as the server or the proxy in front of it can tell.

    Who makes the proxy's header up gets cookies that only their own browser may refuse.
    """
    return scheme == "https" or asked.get("x-forwarded-proto", "").split(",")[0].strip().lower() == "https"


def _secured(headers: MutableHeaders) -> None:
    cookies = headers.getlist("set-cookie")
    del headers["set-cookie"]
    for cookie in cookies:
        if cookie.startswith(_OF_SIGNING_IN) and "; secure" not in cookie.lower():
            headers.append("set-cookie", f"{cookie}; Secure")
            continue
        if not (cookie.startswith(_OURS) and _LAX in cookie):
            headers.append("set-cookie", cookie)
            continue
        if not host().frame_ancestors:
            headers.append("set-cookie", f"{cookie}; Secure")
            continue
        everywhere = cookie.replace(_LAX, _EVERYWHERE)
        headers.append("set-cookie", everywhere)
        headers.append("set-cookie", f"{everywhere}; Partitioned")

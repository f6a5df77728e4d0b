"""What every answer tells browsers: who may frame it, that its type is meant, who hears its address."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.host import host


class SafeHeaders:
    """ASGI middleware that adds the headers to every answer over HTTP, unless it has its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in safe_headers().items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


def safe_headers() -> dict[str, str]:
    """Return the headers by name.

    A frame of a page that the host does not name stays empty (CSP, frame-ancestors); the older
    X-Frame-Options knows no list of origins, so it is left out. No other site hears the address of a run.
    """
    framing = " ".join(["'self'", *host().frame_ancestors])
    return {
        "content-security-policy": f"frame-ancestors {framing}",
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
    }

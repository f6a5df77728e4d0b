"""The end of the server, also when a second Ctrl-C wants it sooner."""

from asyncio import CancelledError

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class OrderlyEnd:
    """ASGI middleware for which a server that breaks off ends as one that shuts down: workers go with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def receive_or_end() -> Message:
            try:
                return await receive()
            except CancelledError:
                return {"type": "lifespan.shutdown"}

        await self._app(scope, receive_or_end if scope["type"] == "lifespan" else receive, send)

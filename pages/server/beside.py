"""What answers beside the pages, served before it has been imported: who asks that early waits for it."""

import asyncio
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from pages.server import ahead
from pages.shared.addresses import address, home

Routes = Callable[[], Sequence[Route]]


def beside(routes: Routes) -> Route:
    """Return the one route of all that `routes` returns, once they can be imported."""
    return Route(f"{home()}{address('{rest:path}')}", _Beside(routes))


def after_imports(made: Route) -> Route:
    """Return a route that answers once all is imported: charts cannot be made while pandas is on its way."""

    def answer(request: Request) -> Response:  # in a thread, as it is no coroutine
        ahead.wait_for_all()
        answered: Response = made.endpoint(request)
        return answered

    return Route(made.path, answer)


class _Beside:
    """ASGI app."""

    def __init__(self, routes: Routes) -> None:
        self._routes = routes
        self._router: Router | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._router is None:
            await asyncio.to_thread(ahead.wait)
            self._router = Router(self._routes())
        await self._router(scope, receive, send)

"""What is served beside the pages can be asked for before it has been imported."""

import asyncio
import threading

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import Message

import app
from pages.server import ahead
from pages.server.beside import after_imports, beside
from pages.shared.addresses import route


def _answer(request: Request) -> Response:
    return PlainTextResponse(str(request.path_params["name"]))


def asked(router: Router, path: str) -> tuple[int, bytes]:
    """Return the status and the content with which a path is answered."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "root_path": "",
        "query_string": b"",
        "headers": [],
    }
    asyncio.run(router(scope, receive, send))
    return sent[0]["status"], sent[1]["body"]


def test_who_asks_early_waits_until_it_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = threading.Event()

    def routes() -> list[Route]:
        assert imported.is_set()
        return [route("things/{name}", _answer)]

    monkeypatch.setattr(ahead, "wait", imported.set)
    router = Router([beside(routes)])
    assert asked(router, "/digits/things/one") == (200, b"one")
    assert asked(router, "/digits/things/two") == (200, b"two")
    assert asked(router, "/digits/nothing")[0] == 404
    assert asked(router, "/things/one")[0] == 404


def test_what_draws_charts_waits_until_all_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = threading.Event()

    def drawn(request: Request) -> Response:
        assert waited.is_set()
        return _answer(request)

    monkeypatch.setattr(ahead, "wait_for_all", waited.set)
    router = Router([after_imports(route("reports/{name}", drawn))])
    assert asked(router, "/digits/reports/one") == (200, b"one")


def test_all_that_is_served_lies_beside_the_pages() -> None:
    assert all(one.path.startswith("/digits/") for one in app.routes())

"""What is served beside the pages can be asked for before it has been imported."""

import threading

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

import app
from pages.server import ahead
from pages.server.beside import beside
from pages.shared.addresses import route


def _answer(request: Request) -> Response:
    return PlainTextResponse(str(request.path_params["name"]))


def test_who_asks_early_waits_until_it_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = threading.Event()

    def routes() -> list[Route]:
        assert imported.is_set()
        return [route("things/{name}", _answer)]

    def imports() -> None:
        threading.Timer(0.2, imported.set).start()
        imported.wait()

    monkeypatch.setattr(ahead, "wait", imports)
    with TestClient(Starlette(routes=[beside(routes)])) as client:
        assert client.get("/digits/things/one").text == "one"
        assert client.get("/digits/things/two").text == "two"
        assert client.get("/digits/nothing").status_code == 404
        assert client.get("/things/one").status_code == 404


def test_all_that_is_served_lies_beside_the_pages() -> None:
    assert all(one.path.startswith("/digits/") for one in app.routes())

"""One server for the tests of this folder, somebody who speaks to it, and whom it must not speak to."""

import socket
from collections.abc import Iterator

import pytest

from tests.attacks.stranger import Stranger
from tests.browser.server import Server


@pytest.fixture(scope="package")
def outside() -> Iterator[socket.socket]:
    """Where the server would ask for anything on the internet: a proxy that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory, outside: socket.socket) -> Iterator[Server]:
    proxy = f"http://127.0.0.1:{outside.getsockname()[1]}"
    asked = {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": "127.0.0.1,localhost"}
    server = Server(tmp_path_factory.mktemp("home"), DIGITS_WORKERS="0", **asked)
    yield server
    server.end()


@pytest.fixture
def stranger(server: Server) -> Iterator[Stranger]:
    stranger = Stranger(server.url)
    yield stranger
    stranger.close()

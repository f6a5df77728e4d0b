"""One server for the tests of this folder, and somebody who speaks to it."""

from collections.abc import Iterator

import pytest

from tests.attacks.stranger import Stranger
from tests.browser.server import Server


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("home"))
    yield server
    server.end()


@pytest.fixture
def stranger(server: Server) -> Iterator[Stranger]:
    stranger = Stranger(server.url)
    yield stranger
    stranger.close()

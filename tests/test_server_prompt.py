"""Connections keep nothing back until the browser has told that it got what came before."""

import asyncio
import socket

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pages.server.prompt import Made, answer_promptly, undelayed


def keeps_nothing_back(made_by_us: bool) -> bool:
    """Return whether a connection does that comes in by a socket which is made as Streamlit makes its own."""
    return asyncio.run(_connected(made_by_us))


async def _connected(made_by_us: bool) -> bool:
    loop = asyncio.get_running_loop()
    found: asyncio.Future[bool] = loop.create_future()

    def noting(_protocol: object, transport: asyncio.BaseTransport) -> None:
        taken = transport.get_extra_info("socket")
        found.set_result(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0)

    made: Made = undelayed(noting) if made_by_us else noting
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        connection = type("Connection", (asyncio.Protocol,), {"connection_made": made})
        server = await loop.create_server(connection, sock=listening)
        _, writer = await asyncio.open_connection(*listening.getsockname())
        kept = await found
        writer.close()
        server.close()
    return kept


def test_a_connection_keeps_nothing_back_which_by_itself_would() -> None:
    assert not keeps_nothing_back(made_by_us=False)
    assert keeps_nothing_back(made_by_us=True)


def test_the_connections_of_the_installed_server_are_such() -> None:
    answer_promptly()
    begin = AutoHTTPProtocol.connection_made
    answer_promptly()
    assert begin.__module__ == undelayed.__module__
    assert AutoHTTPProtocol.connection_made is begin

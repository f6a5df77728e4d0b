"""What is answered leaves at once.

An answer is written in two pieces, its head and its body. Unless a socket is told not to, it keeps the second
back until the browser has said that it got the first (Nagle's algorithm), which browsers put off for 40 ms:
for each of the sixty files that a page begins with. Python tells this to every socket made for TCP by name;
Streamlit makes its own without naming it.
"""

import socket
from asyncio import BaseTransport
from collections.abc import Callable
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from pages.server.private import stand_in

Made = Callable[[Any, BaseTransport], None]


def answer_promptly() -> None:
    """Have connections keep nothing back, websockets' too, which begin as others do."""
    stand_in(AutoHTTPProtocol, {"connection_made": undelayed})


def undelayed(made: Made) -> Made:
    """Return a method that begins a connection which keeps nothing back."""

    def begin(protocol: Any, transport: BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made(protocol, transport)

    return begin

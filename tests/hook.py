"""Servers on this machine that take messages, or answer as none should: for the tests of `core/telling`."""

import base64
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from core.host import Mail, Telling

LOOPBACK = "127.0.0.1"
Answer = Callable[[socket.socket], None]


@dataclass
class Hook:
    """A server that keeps what it was sent."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}/hook"

    @property
    def rules(self) -> Telling:
        """What a host says that lets this server be reached."""
        return Telling(ports=(self.port,), allow_private=(f"{LOOPBACK}/32",))


@contextmanager
def hook(
    answer: bytes | Answer = b"HTTP/1.1 200 OK\r\n\r\nok", certificate: Path | None = None
) -> Iterator[Hook]:
    """Run a web server that gives every request one answer, over TLS where it has a certificate."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):  # whoever asked has gone
                if certificate:
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(certificate)
                    self.request = context.wrap_socket(self.request, server_side=True)
                taken.heard.append(_request(self.request))
                self.request.sendall(answer) if isinstance(answer, bytes) else answer(self.request)

    with _serving(Handler) as port:
        taken = Hook(port)
        yield taken


def _request(line: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        piece = line.recv(65_536)
        if not piece:
            return read
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(int(row.split(b":")[1]) for row in head.splitlines() if row.startswith(b"Content-Length"))
    while len(body) < length:
        body += line.recv(65_536)
    return head + b"\r\n\r\n" + body


@contextmanager
def mail_server(
    refuse: bytes = b"", user: bytes = b"", password: bytes = b""
) -> Iterator[tuple[Mail, list[str]]]:
    """Run a mail server; yield what a host says of it, and the mails that it takes.

    Args:
        refuse: a command to which it says no.
        user, password: what it wants to hear before it takes anything, if anything.
    """
    taken: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say(b"220 here")
            while line := self.rfile.readline().strip():
                word = line.upper().split(b":")[0].split()[0]
                if refuse and line.upper().startswith(refuse):
                    self._say(b"550 no")
                elif word == b"EHLO":
                    self._say(b"250-here\r\n250 AUTH PLAIN" if user else b"250 here")
                elif word == b"AUTH":
                    wanted = base64.b64encode(b"\0" + user + b"\0" + password)
                    self._say(b"235 in" if line.split()[-1] == wanted else b"535 no")
                elif word == b"DATA":
                    self._take()
                else:
                    self._say(b"221 bye" if word == b"QUIT" else b"250 ok")

        def _take(self) -> None:
            self._say(b"354 go on")
            rows = []
            while (row := self.rfile.readline()) not in (b".\r\n", b""):
                rows.append(row)
            taken.append(b"".join(rows).decode())
            self._say(b"250 taken")

        def _say(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    with _serving(Handler) as port:
        sender = "digits@school.example"
        yield Mail(server=LOOPBACK, port=port, encryption="none", sender=sender, user=user.decode()), taken


@contextmanager
def _serving(handler: type[socketserver.BaseRequestHandler]) -> Iterator[int]:
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server((LOOPBACK, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        server.block_on_close = False

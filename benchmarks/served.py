"""The dashboard as its users start it, to be measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.browser.server import Server


@contextmanager
def served(home: Path, workers: int = 1) -> Iterator[Server]:
    """Start the dashboard with a home of its own and so many workers; end it after the block."""
    server = Server(home, DIGITS_WORKERS=str(workers))
    try:
        yield server
    finally:
        server.end()


def process_of(server: Server) -> psutil.Process:
    """Return the server's own process, without its workers."""
    return psutil.Process(server.process.pid)

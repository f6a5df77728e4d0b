"""The dashboard as its users start it, to be measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.browser.server import Server


@contextmanager
def served(home: Path, workers: int = 1, port: int = 0) -> Iterator[Server]:
    """Start the dashboard with a home of its own, so many workers and a port, 0: any; end it after the block.

    Its compiled code is kept, as Python does by itself, also where that is turned off for tests.
    """
    server = Server(home, port=port, DIGITS_WORKERS=str(workers), PYTHONDONTWRITEBYTECODE="")
    try:
        yield server
    finally:
        server.end()


def process_of(server: Server) -> psutil.Process:
    """Return the server's own process, without its workers."""
    return psutil.Process(server.process.pid)

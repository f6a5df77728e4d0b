"""Waiting for what other processes and threads do: as long as any machine may need."""

import time
from collections.abc import Callable

SECONDS = 240.0
"""After so long it will not happen any more; how fast it is tells no test."""


def until(condition: Callable[[], object], what: str = "it") -> None:
    """Wait until a condition holds."""
    give_up = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < give_up, f"{what} did not happen"
        time.sleep(0.05)

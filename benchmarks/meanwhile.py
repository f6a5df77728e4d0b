"""Looking at something again and again while something else goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psutil


@contextmanager
def meanwhile(look: Callable[[], None], seconds: float) -> Iterator[None]:
    """Look every so many seconds, in a thread of its own, while the block lasts."""
    over = threading.Event()

    def go_on() -> None:
        while not over.wait(seconds):
            look()

    looking = threading.Thread(target=go_on)
    looking.start()
    try:
        yield
    finally:
        over.set()
        looking.join()


@contextmanager
def highest(measure: Callable[[], float], seconds: float) -> Iterator[list[float]]:
    """Give a list whose one element is the most that was measured while the block lasted."""
    most = [0.0]

    def look() -> None:
        most[0] = max(most[0], measure())

    with meanwhile(look, seconds):
        yield most


def most_of(process: psutil.Process) -> AbstractContextManager[list[float]]:
    """Give a list whose one element is the most bytes a process had in memory while the block lasted."""
    return highest(lambda: process.memory_info().rss, 0.05)

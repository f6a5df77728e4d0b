"""How often something may be done: what strangers could have a server do to others."""

import threading
import time
from collections import deque
from collections.abc import Callable

from core.errors import TellingError


class Pace:
    """At most so many of something in so many seconds, for each of whom it is counted; for all threads.

    Args:
        clock: seconds that only ever grow.
    """

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._lock = threading.Lock()
        self._taken: dict[str, deque[float]] = {}

    def take(self, whose: str) -> None:
        """Count one more.

        Raises:
            TellingError: it would be one too many.
        """
        with self._lock:
            self._forget()
            taken = self._taken.setdefault(whose, deque())
            if len(taken) >= self._most:
                raise TellingError("That was asked for too often: wait a while, then try it again.")
            taken.append(self._clock())

    def _forget(self) -> None:
        old = self._clock() - self._seconds
        for whose in list(self._taken):
            taken = self._taken[whose]
            while taken and taken[0] <= old:
                taken.popleft()
            if not taken:
                del self._taken[whose]

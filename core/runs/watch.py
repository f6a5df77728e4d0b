"""For how long something in the store has not changed, told by the clock of the one who looks.

The clocks of two machines differ, and any clock may be set while runs are under way. So a moment that
another process wrote, such as a run's sign of life, is only compared with what was there before: what counts
is when it was last seen to change, on this process's own monotonic clock.
"""

import threading
import time
from collections.abc import Callable, Mapping
from math import inf

LONG = 3600.0
"""A sign of life this many seconds away from the clock of who sees it first is taken for an old one."""
GAP = 6.0
"""Who looked last more than so many seconds ago was away itself, and counts no more of them."""


class Watch:
    """What this process has seen of others; may be used by several threads.

    Args:
        clock: seconds that only ever grow.
        now: the time of day, in Unix seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, now: Callable[[], float] = time.time
    ) -> None:
        self._clock, self._now = clock, now
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[float, float, float]] = {}
        """Key → its sign, and the moments on `clock`, less `_missed`, when it was first and last seen so."""
        self._looked, self._missed = clock(), 0.0
        self._forgot = self._looked

    def unchanged(self, signs: Mapping[str, float], seconds: float) -> list[str]:
        """Return the keys whose sign has been seen as it is, and no other, for so many seconds."""
        with self._lock:
            return self._look(signs, seconds, lambda sign: False)

    def silent(self, signs: Mapping[str, float], seconds: float) -> list[str]:
        """Do the same for signs of life, which are Unix seconds.

        One that is new here and lies `LONG` or more from the time of day, before or after it, counts as
        silent at once. If that was wrong, because a clock is, its next change says so for good.
        """
        with self._lock:
            return self._look(signs, seconds, lambda sign: abs(self._now() - sign) >= LONG)

    def _look(self, signs: Mapping[str, float], seconds: float, is_old: Callable[[float], bool]) -> list[str]:
        moment = self._moment()
        for key, sign in signs.items():
            known = self._seen.get(key)
            if known is None:
                since = -inf if is_old(sign) else moment
            else:
                since = known[1] if known[0] == sign else moment
            self._seen[key] = (sign, since, moment)
        self._forget(moment)
        return [key for key in signs if moment - self._seen[key][1] >= seconds]

    def _forget(self, moment: float) -> None:
        """Let go of what nobody has asked about for an hour: runs that ended, servers that went."""
        if moment - self._forgot >= LONG:
            self._seen = {key: seen for key, seen in self._seen.items() if moment - seen[2] < LONG}
            self._forgot = moment

    def _moment(self) -> float:
        now = self._clock()
        self._missed += max(0.0, now - self._looked - GAP)
        self._looked = now
        return now - self._missed

"""The two clocks of a machine, set by hand: one that only grows, and one that people may set."""

from core.runs.store import RunStore
from core.runs.watch import GAP


class Clocks:
    """Those of one machine; `ahead` seconds is what its time of day differs from the others'."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.seconds, self.time = 0.0, 1_800_000_000.0 + ahead

    def store(self, url: str) -> RunStore:
        """Return the store at `url` as a process on this machine opens it."""
        return RunStore(url, lambda: self.seconds, lambda: self.time)

    def wait(self, seconds: float) -> None:
        self.seconds += seconds
        self.time += seconds

    def set(self, hours: float) -> None:
        """Set the time of day forward, or back."""
        self.time += 3600 * hours

    def steps(self, seconds: float) -> range:
        """Return a loop of as many steps of `GAP` seconds as make up `seconds`, for `wait(GAP)` in each."""
        return range(1 + int(seconds / GAP))

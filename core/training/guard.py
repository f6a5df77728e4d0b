"""Sees to it that a stop is obeyed within two seconds, in the first batch within six, however long it takes.

A training hears commands between two batches only. Where one lasts, a thread beside it sees the stop, keeps
what was learned until the last whole epoch, and ends the worker; the next one measures the kept weights.
"""

from collections.abc import Callable
from contextlib import suppress

from core.runs.lives import TakenOverError
from core.training.beside import Beside
from core.training.reporter import Reporter

LOOK = 0.25
"""Seconds between two looks at the training."""
LONGEST = 1.0
"""Seconds for which a training that is to stop may not have listened."""
LONGEST_FIRST = 5.0
"""The same until its first batch is done, which compiles the network: to start a new worker takes longer."""


class Guard(Beside):
    """Looks after a training in this process, from a thread of its own.

    Args:
        end: ends the process at once.
    """

    def __init__(self, reporter: Reporter, end: Callable[[], object]) -> None:
        super().__init__(LOOK, "guard")
        self._reporter, self._end = reporter, end

    def _look(self) -> bool:
        if not self._reporter.misses_a_stop(LONGEST if self._reporter.has_stepped else LONGEST_FIRST):
            return True
        with suppress(TakenOverError):  # then there is nothing to keep
            self._reporter.break_off()
        self._end()
        return False

"""Sees to it that a stop is obeyed within two seconds, also while a batch takes long.

A training hears commands between two batches only. Where one lasts, a thread beside it sees the stop, keeps
what was learned until the last whole epoch, and ends the worker; the next one measures the best weights.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType

from core.runs.lives import TakenOverError
from core.training.reporter import Reporter

LOOK = 0.25
"""Seconds between two looks at the training."""
LONGEST = 1.0
"""Seconds for which a training that is to stop may not have listened."""


class Guard:
    """Looks after a training in this process, from a thread of its own.

    Args:
        end: ends the process at once.
    """

    def __init__(self, reporter: Reporter, end: Callable[[], object]) -> None:
        self._reporter, self._end = reporter, end
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="guard")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            if self._reporter.misses_a_stop(LONGEST):
                with suppress(TakenOverError):  # then there is nothing to keep
                    self._reporter.break_off()
                self._end()
                return

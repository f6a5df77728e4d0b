"""One worker of a server: it is given a run to carry out, may die at any moment, and is then replaced."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool

from core.runs.rows import new_id
from core.training.engine import end_pool, run_in_worker, warm_up

log = logging.getLogger(__name__)

RUNS_PER_WORKER = 25
"""After so many a worker is replaced: TensorFlow keeps some memory of every run (about 40 MB was seen)."""
REST = 0.5
"""Seconds before a worker that found no run for it is asked again: one may wait that it cannot take."""
LONGEST_WAIT = 30.0
"""Seconds between two attempts to start a worker that dies before it has begun anything, at most."""


class Slot:
    """A place for one worker. Each has a pool of its own: one that dies takes no other along.

    Attributes:
        holder: the word by which the worker holds its run; None: it has nothing to do.
    """

    def __init__(self, make_pool: Callable[[], Executor], ended: Callable[[], None]) -> None:
        """Begin without a worker.

        Args:
            ended: called, in some thread, when a run is over or its worker has died.
        """
        self._make_pool, self._ended = make_pool, ended
        self._pool: Executor | None = None
        self._job: Future[bool] | None = None
        self._runs = self._failures = 0
        self._not_before = 0.0
        self.holder: str | None = None

    @property
    def is_free(self) -> bool:
        return self.holder is None and time.monotonic() >= self._not_before

    @property
    def works(self) -> bool:
        """Whether a worker could be started, as far as is known."""
        return self._failures < 2

    @property
    def is_over(self) -> bool:
        """Whether the worker has done what it was given, or failed."""
        return self._job is not None and self._job.done()

    @property
    def problem(self) -> BaseException | None:
        """Why the worker could not do what it was given: it died, or the store stayed away."""
        over = self._job is not None and self._job.done() and not self._job.cancelled()
        return self._job.exception() if self._job and over else None

    def warm_up(self) -> None:
        """Have a worker ready before the first run; returns at once."""
        self._submit(warm_up)

    def begin(self, url: str, holder: str | None = None) -> None:
        """Have the worker carry out the run of the store at `url` whose turn it is; returns at once."""
        if self._runs >= RUNS_PER_WORKER:
            self.end()
        self._begin(holder or new_id(), run_in_worker, url)

    def clear(self) -> bool:
        """Be free again, the job having ended well, or soon if there was no run; return whether there was.

        Of a job that was cancelled only the store knows more.
        """
        had_run = self._job is not None and not self._job.cancelled() and self._job.result()
        self._runs += had_run
        self._not_before = 0.0 if had_run else time.monotonic() + REST
        self.holder, self._job, self._failures = None, None, 0
        return had_run

    def replace(self, had_begun: bool) -> None:
        """Get another worker, at once or, if this one had not even begun, after a while."""
        self.end()
        self.holder = self._job = None
        self._failures = 0 if had_begun else self._failures + 1
        if had_begun:
            self.warm_up()
        else:
            self._not_before = time.monotonic() + min(LONGEST_WAIT, 2.0 ** (self._failures - 1) - 1)

    def end(self) -> None:
        """End the worker now, whatever it does."""
        pool, self._pool, self._runs = self._pool, None, 0
        if pool is not None:
            end_pool(pool)

    def _begin(self, holder: str, job: Callable[..., bool], *arguments: str) -> None:
        self._job, self.holder = self._submit(job, *arguments, holder), holder
        self._job.add_done_callback(lambda _: self._ended())

    def _submit(self, job: Callable[..., bool], *arguments: str) -> "Future[bool]":
        try:
            return self._current().submit(job, *arguments)
        except BrokenProcessPool:
            self._pool = None
            return self._current().submit(job, *arguments)

    def _current(self) -> Executor:
        if self._pool is None:
            self._pool, self._runs = self._make_pool(), 0
        return self._pool

"""The second, small lane of the engine: one worker that runs saved networks while another may be training.

The process that asks never imports TensorFlow; the worker imports it at the first question. Only one question
is with the worker at a time, so that one which kills it, or is ended because it takes too long, fails alone:
the others wait here, and a fresh worker answers them.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from core.errors import DataError
from core.host import host
from core.inference.bounds import TooLargeError, bounded
from core.training.engine import end_pool, inference_pool, warm_up

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

NOT_STARTED = "The worker that runs the networks could not be started: the server's log says why."
TOO_LONG = (
    "This took longer than the {seconds:g} seconds that a question to a network may take here: choose a "
    "smaller network or fewer images."
)
DIED = (
    "The worker that runs the networks ended over this question, for want of memory or by a fault in the "
    "network's file; another one is ready for other networks."
)


@dataclass(frozen=True)
class _Asked:
    question: Callable[..., Any]
    arguments: tuple[object, ...]
    future: "Future[Any]" = field(default_factory=Future)


class Lane:
    """Answers questions to saved networks, one after another, in a process that starts with the first.

    Args:
        seconds: for which one question may take the worker; None: as long as the host allows.
    """

    def __init__(
        self, make_pool: Callable[[], ProcessPoolExecutor] = inference_pool, seconds: float | None = None
    ) -> None:
        self._make_pool, self._seconds = make_pool, seconds or host().questions.seconds
        self._asked: SimpleQueue[_Asked | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._over = False
        self._thread = threading.Thread(target=self._serve, daemon=True, name="lane")
        self._thread.start()

    def ask(self, question: Callable[..., Answer], *arguments: object) -> "Future[Answer]":
        """Have `question`, a function of a module in `core.inference`, called in the worker.

        A question that waits can be cancelled. The future fails with what the question raised, or with a
        `DataError` if it took too long or the worker died of it; the next question gets a new one.
        """
        asked = _Asked(question, arguments)
        self._asked.put(asked)
        return asked.future

    def close(self) -> None:
        """End the worker now; what was asked and not answered is cancelled."""
        self._over = True
        self._asked.put(None)
        self._drop()
        self._thread.join(timeout=1)

    def _serve(self) -> None:
        while asked := self._asked.get():
            if self._over:
                asked.future.cancel()
            elif asked.future.set_running_or_notify_cancel():
                self._answer(asked)

    def _answer(self, asked: _Asked) -> None:
        try:
            inner = self._ready().submit(bounded, asked.question, *asked.arguments)
        except (RuntimeError, OSError) as problem:
            log.warning("The worker that runs the networks could not be started: %r", problem)
            asked.future.set_exception(DataError(NOT_STARTED))
            return
        if not wait([inner], self._seconds).done:
            self._renew("took too long over a question")
            asked.future.set_exception(DataError(TOO_LONG.format(seconds=self._seconds)))
            return
        error: BaseException | None = CancelledError() if inner.cancelled() else inner.exception()
        if isinstance(error, BrokenProcessPool | TooLargeError):
            self._renew(f"died, or had to end: {error!r}")
        if isinstance(error, BrokenProcessPool):
            error = DataError(DIED)
        if error is None:
            asked.future.set_result(inner.result())
        else:
            asked.future.set_exception(error)

    def _ready(self) -> ProcessPoolExecutor:
        """Return a pool whose worker is ready: what it takes to start is not the question's time."""
        pool = self._current()
        try:
            pool.submit(warm_up).result()
        except BrokenProcessPool:  # it was killed meanwhile, by nobody's question
            self._drop()
            pool = self._current()
            pool.submit(warm_up).result()
        return pool

    def _renew(self, why: str) -> None:
        """Have a fresh worker start at once, for whoever asks next."""
        log.warning("The worker that runs the networks %s; another one is started", why)
        self._drop()
        with suppress(RuntimeError, OSError):  # the next question tells of it
            self._current().submit(warm_up)

    def _drop(self) -> None:
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            end_pool(pool)

    def _current(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._over:
                raise RuntimeError("the server ends")
            if self._pool is None:
                self._pool = self._make_pool()
            return self._pool

"""The second, small lane of the engine: one worker that runs saved networks while another may be training.

The process that asks never imports TensorFlow; the worker imports it at the first question.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from core.training.engine import end_pool, inference_pool

Answer = TypeVar("Answer")


class Lane:
    """Answers questions to saved networks, one after another, in a process that starts with the first."""

    def __init__(self, make_pool: Callable[[], ProcessPoolExecutor] = inference_pool) -> None:
        self._make_pool = make_pool
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def ask(self, question: Callable[..., Answer], *arguments: object) -> "Future[Answer]":
        """Have `question`, a function of a module in `core.inference`, called in the worker.

        The future fails with what the question raised, or with `BrokenExecutor` if the worker died; the
        next question gets a new one.
        """
        with self._lock:
            try:
                return self._current().submit(question, *arguments)
            except BrokenProcessPool:
                self._pool = None
                return self._current().submit(question, *arguments)

    def close(self) -> None:
        """End the worker now."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            end_pool(pool)

    def _current(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = self._make_pool()
        return self._pool

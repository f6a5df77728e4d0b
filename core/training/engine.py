"""Where jobs run: a `concurrent.futures.Executor`, by default one warm process of low priority.

The process that asks never imports TensorFlow; the workers have it imported before their first job.
"""

import multiprocessing as mp
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from functools import lru_cache, partial
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, TypeVar

from core.host import host
from core.inference.bounds import limit_memory
from core.inference.loading import load_keras
from core.journal import keep_journal
from core.memory import let_code_go
from core.runs.courier import Courier
from core.runs.mirrors import tracking_uri
from core.runs.store import RunStore, open_store
from core.training.capacity import threads as threads_for
from core.training.threads import set_threads

Answer = TypeVar("Answer")
NICENESS = 10
"""Workers give way to the pages on a machine of two cores; the training is not slower for it."""
INFERENCE_NICENESS = 5
"""Somebody waits for a prediction, but not for a training."""
RUN_GOES, QUESTION_GOES = 500, 1000
"""Where memory runs out Linux ends the process with the highest number first: a question is asked again by a
click, a run goes on from its checkpoint, but a server takes all of them along."""


def process_pool(threads: int | None = None) -> ProcessPoolExecutor:
    """Return a pool of one worker, which ends with this process, however that ends.

    Args:
        threads: how many it computes with; None: as `set_threads` finds good.
    """
    return _Pool(1, mp_context=mp.get_context("spawn"), initializer=_start_worker, initargs=(threads,))


def inference_pool() -> ProcessPoolExecutor:
    """Return a pool of one worker that runs saved networks; it ends with this process too."""
    return _Pool(1, mp_context=mp.get_context("spawn"), initializer=_start_inference)


class _Pool(ProcessPoolExecutor):
    """A pool that starts its workers deaf to Ctrl-C, which reaches the whole group: the server decides."""

    def submit(self, job: Callable[..., Answer], /, *arguments: Any, **named: Any) -> "Future[Answer]":
        if sys.platform == "win32" or not hasattr(signal, "pthread_sigmask"):
            return super().submit(job, *arguments, **named)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
        try:
            return super().submit(job, *arguments, **named)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_pool(pool: Executor) -> None:
    """End a pool now, killing what it is doing."""
    processes = list((getattr(pool, "_processes", None) or {}).values())
    for process in processes:
        process.kill()
    # Waits for the pool's own thread, which holds semaphores; should that one hang, the end does not.
    ending = threading.Thread(target=partial(pool.shutdown, cancel_futures=True), daemon=True)
    ending.start()
    ending.join(timeout=1)
    for process in processes:
        process.join(timeout=1)  # takes it out of the process table


def living_workers() -> int:
    """Return how many worker processes of this one live."""
    return len(mp.active_children())


def warm_up() -> bool:
    """Do nothing, in a worker: before that it imports TensorFlow and gets ready."""
    return False


def _start_worker(threads: int | None = None) -> None:
    """Make this process a worker that is ready for its first run."""
    _go_before_the_server(RUN_GOES)
    set_threads(threads)
    _become_a_worker(NICENESS)
    from core.training.warm import warm

    warm()
    let_code_go()
    if tracking_uri():
        Courier(open_store)


def run_in_worker(url: str, holder: str) -> bool:
    """Carry out the run of the store at `url` whose turn it is; return whether there was one (`run_next`).

    A stop that comes in the middle of a long batch ends this process.
    """
    from core.training.job import run_next

    return run_next(_store(url), holder, end=partial(os._exit, 0))


@lru_cache(maxsize=1)
def _store(url: str) -> RunStore:
    return RunStore(url)


def _start_inference() -> None:
    _go_before_the_server(QUESTION_GOES)
    set_threads(threads_for(1), trains=False)
    _become_a_worker(INFERENCE_NICENESS)
    limit_memory(host().questions.megabytes)


def _go_before_the_server(number: int) -> None:
    with suppress(OSError):  # only Linux has it
        Path("/proc/self/oom_score_adj").write_text(str(number), encoding="ascii")


def _become_a_worker(niceness: int) -> None:
    keep_journal()
    if hasattr(os, "nice"):  # Windows has no such thing; its workers run as everything else does
        os.nice(niceness)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server decides
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_keras()  # before the first job or question, which should not wait for it
    let_code_go()


def _end_with_parent() -> None:
    parent = mp.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(0)

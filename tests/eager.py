"""A worker that keeps every checkpoint, so that a test need not wait for one; imports no Keras by itself."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from core.training import engine, reporter


def eager_pool() -> ProcessPoolExecutor:
    """Return a pool with such a worker."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=eager_worker)


def eager_worker() -> None:
    reporter.CHECKPOINT_INTERVAL = 0.0
    reporter.CHECKPOINT_SHARE = 1.0
    engine._start_worker()

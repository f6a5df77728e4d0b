"""How much memory a worker takes: loaded, and at most while the quick start trains."""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.turns import Row
from core.model.presets import PRESETS
from core.runs.store import RunStore
from core.training.engine import end_pool, process_pool, run_in_worker, warm_up


def memory() -> list[Row]:
    """Compare a worker's memory while it trains with what it has when it is ready."""
    pool = process_pool()
    try:
        pool.submit(warm_up).result()
        (worker,) = (psutil.Process(pid) for pid in pool._processes or ())
        ready = float(worker.memory_info().rss)
        url = f"sqlite:///{tempfile.mkdtemp()}/runs.sqlite"
        RunStore(url).create(PRESETS["quick-start"].spec.model_copy(update={"epochs": 2}), "measured")
        with highest(worker) as most:
            pool.submit(run_in_worker, url, "benchmark").result()
    finally:
        end_pool(pool)
    return [Row("a worker's memory: training the quick start / ready", most[0], ready, most[0] / ready, "MB")]


@contextmanager
def highest(process: psutil.Process) -> Iterator[list[float]]:
    """Give a list whose one element is the most memory the process had while the block lasted."""
    most, over = [0.0], threading.Event()

    def look() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], process.memory_info().rss)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield most
    finally:
        over.set()
        looking.join()

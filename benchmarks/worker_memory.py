"""How much memory a worker takes: loaded, and at most while the quick start trains."""

import tempfile
import time
from contextlib import AbstractContextManager

import psutil

from benchmarks.meanwhile import highest
from benchmarks.turns import Row
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.store import RunStore
from core.training.engine import end_pool, process_pool, run_in_worker, warm_up

GOAL = 700e6
"""Bytes; Community Cloud gives from 690 MB on."""


def memory() -> list[Row]:
    """Compare a worker's memory while it trains with what it has when it is ready, and with the goal."""
    _, most, ready = trained(PRESETS["quick-start"].spec.model_copy(update={"epochs": 2}))
    return [
        Row("a worker's memory: training the quick start / ready", most, ready, most / ready, "MB"),
        Row("… training / 700 MB", most, GOAL, most / GOAL, "MB"),
    ]


def trained(spec: RunSpec) -> tuple[float, float, float]:
    """Return the seconds that a worker needs for a run, the most bytes it has meanwhile, and those before."""
    pool = process_pool()
    try:
        pool.submit(warm_up).result()
        (worker,) = (psutil.Process(pid) for pid in pool._processes or ())
        ready = float(worker.memory_info().rss)
        url = f"sqlite:///{tempfile.mkdtemp()}/runs.sqlite"
        RunStore(url).create(spec, "measured")
        begin = time.perf_counter()
        with most_of(worker) as most:
            pool.submit(run_in_worker, url, "benchmark").result()
        return time.perf_counter() - begin, most[0], ready
    finally:
        end_pool(pool)


def most_of(process: psutil.Process) -> AbstractContextManager[list[float]]:
    """Give a list whose one element is the most memory the process had while the block lasted."""
    return highest(lambda: process.memory_info().rss, 0.05)

"""How costs grow: a run with its images, pages with the runs in the store, the live page with viewers."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil

from benchmarks.audience import attend
from benchmarks.fill import names
from benchmarks.meanwhile import meanwhile, most_of
from benchmarks.payload import LONG, Invented
from benchmarks.served import process_of, served
from benchmarks.soak import watched
from benchmarks.turns import Row, at_most, in_turn, show
from benchmarks.visits import Visit, as_visitor
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec
from core.runs.store import RunStore
from core.training.engine import end_pool, process_pool, run_in_worker, warm_up
from tests.browser.server import Server

IMAGES, RUNS, VIEWERS = (1_000, 10_000, 60_000), (10, 100, 1_000, 10_000), (1, 10, 30, 60)
PAGES = ("runs", "", "results", "compare", "sweep")
"""Those that look at all runs; the first is measured with each number of them, the others with the most."""
PAIRS = 5
SECONDS = 15.0
"""For which viewers look."""
RUNS_MEANT = 1_000
"""With so many runs the scripts of pages have a goal."""
SCRIPT, TICK = at_most(0.15), at_most(1.0)


def rows() -> Iterator[Row]:
    """Compare each size with the smallest: `IMAGES`, `RUNS`, `VIEWERS`."""
    yield from _by_images()
    yield from _by_runs()
    yield from _by_viewers()


def _by_images() -> Iterator[Row]:
    spec = PRESETS["quick-start"].spec
    first: tuple[float, float] | None = None
    for images in IMAGES:
        took, most = _trained(spec.model_copy(update={"epochs": 1, "data": Data(images=images)}))
        if first:
            what = f"{images:,} / {IMAGES[0]:,} images"
            yield Row(f"a run of one epoch: {what}", took, first[0])
            yield Row(f"… its worker's memory: {what}", most, first[1], "MB")
        first = first or (took, most)


def _trained(spec: RunSpec) -> tuple[float, float]:
    """Return the seconds that a warm worker needs for a run, and the most bytes it has meanwhile."""
    pool = process_pool()
    try:
        pool.submit(warm_up).result()
        (worker,) = (psutil.Process(pid) for pid in pool._processes or ())
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/runs.sqlite"
            RunStore(url).create(spec, "measured")
            begin = time.perf_counter()
            with most_of(worker) as most:
                pool.submit(run_in_worker, url, "benchmark").result()
            return time.perf_counter() - begin, most[0]
    finally:
        end_pool(pool)


def _by_runs() -> Iterator[Row]:
    as_visitor("benchmark")
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: _filled(Path(folder), count) for count in RUNS}
        for address, counts in [(PAGES[0], RUNS[1:]), *((page, RUNS[-1:]) for page in PAGES[1:])]:
            for count in counts:
                many, few = (Visit(homes[size], address, {}) for size in (count, RUNS[0]))
                many.first()
                few.first()
                what = f"{(address or 'train').capitalize()}, again: {count:,} / {RUNS[0]} runs"
                goal = SCRIPT if count <= RUNS_MEANT else None
                yield in_turn(what, many.again, few.again, PAIRS, goal=goal)


def _filled(folder: Path, count: int) -> Path:
    home = folder / str(count)
    home.mkdir()
    names(RunStore(f"sqlite:///{home / 'runs.sqlite'}"), count)
    return home


def _by_viewers() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        run = Invented(RunStore(f"sqlite:///{folder}/runs.sqlite"), LONG)
        with served(Path(folder), workers=0) as server, meanwhile(run.go_on, 0.25):
            _watched_by(VIEWERS[0], server, run)  # what the first visit of all costs does not count
            first = _watched_by(VIEWERS[0], server, run)
            for viewers in VIEWERS[1:]:
                tick, used, memory = _watched_by(viewers, server, run)
                what = f"{viewers} / {VIEWERS[0]} viewers"
                yield Row(f"a tick of the live page, 95% within: {what}", tick, first[0], goal=TICK)
                yield Row(f"… the server's processor time a second: {what}", used, first[1])
                yield Row(f"… its memory: {what}", memory, first[2], "MB")


def _watched_by(viewers: int, server: Server, run: Invented) -> tuple[float, float, float]:
    """Return how long a tick takes, and what the server needs, in processor time and memory."""
    with watched(process_of(server)) as use:
        seen = asyncio.run(attend(server.url, viewers, [("results", run.address)], SECONDS))
    if seen.errors:
        raise RuntimeError(seen.errors[0])
    return float(np.quantile(seen.ticks, 0.95)), use.processor / SECONDS, float(max(use.memory))


if __name__ == "__main__":
    show(rows())

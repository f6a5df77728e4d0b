"""A class for ten minutes: `python -m benchmarks.soak [MINUTES [VISITORS …]]` (10, and 30 and 60).

A server as its users start it, with forty runs in its store and one network in training; visitors that watch
it and walk through the pages (`audience.py`), on the same machine; before and after them nobody, to compare.
The table is kept in `soak.md`.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil

from benchmarks.audience import Seen, attend
from benchmarks.fill import fill
from benchmarks.machine import machine
from benchmarks.meanwhile import meanwhile
from benchmarks.served import process_of, served
from core.model.presets import PRESETS
from core.runs.store import RunStore

TABLE = Path(__file__).parent / "soak.md"
SAVED = 40
ALONE = 30.0
"""Seconds for which nobody is there, before and after each round."""


@dataclass
class Use:
    """What was used over time: the server's memory in bytes; seconds of processor of it and of visitors."""

    memory: list[int] = field(default_factory=list)
    processor: float = 0.0
    visitors: float = 0.0


@contextmanager
def watched(server: psutil.Process) -> Iterator[Use]:
    """Look at the server's memory once a second, its workers left out, while the block lasts."""
    use, before, own = Use(), sum(server.cpu_times()[:2]), time.process_time()
    try:
        with meanwhile(lambda: use.memory.append(server.memory_info().rss), 1.0):
            yield use
    finally:
        use.processor = sum(server.cpu_times()[:2]) - before
        use.visitors = time.process_time() - own


def steps(store: RunStore, run_id: str) -> tuple[int, float]:
    """Return how many batches a run has trained, and when, by its worker's own seconds."""
    known = store.history(run_id, max_points=10**9).steps
    return (int(known.step[-1]), time.monotonic()) if len(known.step) else (0, time.monotonic())


def rate(begun: tuple[int, float], ended: tuple[int, float]) -> float:
    """Return the batches a second between two looks."""
    return (ended[0] - begun[0]) / (ended[1] - begun[1])


def round_of(url: str, server: psutil.Process, store: RunStore, visitors: int, seconds: float) -> str:
    """Return a line of the table: so many visitors for so long."""
    run_id, *others = [run.id for run in store.runs()]
    marks = [steps(store, run_id)]
    time.sleep(ALONE)
    marks.append(steps(store, run_id))
    with watched(server) as use:
        seen = asyncio.run(attend(url, visitors, places(run_id, others), seconds))
    marks.append(steps(store, run_id))
    time.sleep(ALONE)
    marks.append(steps(store, run_id))
    alone = (rate(*marks[:2]) + rate(*marks[2:])) / 2
    return _line(visitors, seen, use, seconds, rate(*marks[1:3]) / alone)


def places(run_id: str, others: list[str]) -> list[tuple[str, str]]:
    """Return what people look at: half of the time the run that trains, else any page."""
    live = ("results", f"run={run_id}")
    others = [f"run={other}" for other in others[:5]]
    walks = [("", ""), ("runs", ""), ("presentation", ""), ("data", ""), ("convolution", ""), ("you", "")]
    looks = [("results", query) for query in others[:2]]
    compared = ("compare", f"compare={others[0][4:]},{others[1][4:]}")
    return [*[live] * 9, *walks, *looks, compared]


def _line(visitors: int, seen: Seen, use: Use, seconds: float, speed: float) -> str:
    pages, ticks = np.array(seen.all_pages), np.array(seen.ticks or [np.nan])
    first, last = use.memory[0], use.memory[-1]
    half = use.memory[len(use.memory) // 2]
    for error in sorted(set(seen.errors)):
        print(f"  error ({seen.errors.count(error)}×): {error}", file=sys.stderr)
    for name, times in sorted(seen.pages.items()):
        print(f"  {name}: {len(times)} pages, p95 {np.quantile(times, 0.95):.2f} s", file=sys.stderr)
    cells = (
        f"{visitors}",
        f"{seconds / 60:g}",
        f"{len(seen.errors)} of {len(pages) + len(seen.ticks):,}",
        f"{np.median(pages):.2f}, {np.quantile(pages, 0.95):.2f}, {pages.max():.2f} s",
        f"{np.median(ticks):.2f}, {np.quantile(ticks, 0.95):.2f} s",
        ", ".join(f"{size / 1e6:.0f}" for size in (first, half, last)),
        f"{use.processor / seconds:.2f}, {use.visitors / seconds:.2f}",
        f"{speed:.0%}",
    )
    return f"| {' | '.join(cells)} |"


HEAD = """# A class for minutes: the last measurement

`python -m benchmarks.soak {arguments}` on {machine}.
The load of the machine over the minute before it began was {load:.1f}.

Visitors speak the server's protocol over websockets and run on the same machine. Half of what they open is
the run that trains, which is drawn anew once a second (a tick), less often where more than eight watch; the
rest are the other pages. Times are from the question to the end of its script. The server's memory is without
its workers. The training is one on {cores} cores, niced; its pace is that while visitors were there over that
without any, before and after.
What binds: the server is one process of Python, so it uses one core at most, whatever it has; the visitors'
own share of the cores is the measurement's, and taken from the training too, which elsewhere it would not be.

| visitors | minutes | errors | page: p50, p95, most | tick: p50, p95 | MB: first, half, last \
| cores: server, visitors | pace |
|---:|---:|---:|---:|---:|---:|---:|---:|
"""


def main(minutes: float, counts: list[int]) -> None:
    said = {"arguments": " ".join(sys.argv[1:]), "machine": machine(), "cores": os.cpu_count()}
    text = HEAD.format(**said, load=psutil.getloadavg()[0])
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        store = RunStore(f"sqlite:///{home / 'runs.sqlite'}")
        fill(store, SAVED)
        store.create(PRESETS["quick-start"].spec.model_copy(update={"epochs": 500}), "trains all the time")
        with served(home) as server:
            while steps(store, store.runs()[0].id)[0] < 200:
                time.sleep(0.5)
            for count in counts:
                line = round_of(server.url, process_of(server), store, count, 60 * minutes)
                print(line)
                text += line + "\n"
    TABLE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    minutes, *counts = sys.argv[1:] or ["10"]
    main(float(minutes), [int(count) for count in counts] or [30, 60])

"""How costs grow: a run with its images, a page with the runs in the store, the live page with viewers."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.audience import attend
from benchmarks.fill import names
from benchmarks.meanwhile import meanwhile
from benchmarks.pages import Visit
from benchmarks.payload import LONG, Invented
from benchmarks.soak import served, watched
from benchmarks.turns import Row, in_turn
from benchmarks.visits import without_cookies
from benchmarks.worker_memory import trained
from core.model.presets import PRESETS
from core.model.specs import Data
from core.runs.store import RunStore

IMAGES, RUNS, VIEWERS = (1_000, 10_000, 60_000), (10, 100, 1_000, 10_000), (1, 10, 30, 60)
SECONDS = 15.0
"""For which viewers look."""


def growth() -> list[Row]:
    """Compare each size with the smallest: `IMAGES`, `RUNS`, `VIEWERS`."""
    return [*_by_images(), *_by_runs(), *_by_viewers()]


def _by_images() -> list[Row]:
    def cost(images: int) -> tuple[float, float]:
        changes = {"epochs": 1, "data": Data(images=images)}
        return trained(PRESETS["quick-start"].spec.model_copy(update=changes))[:2]

    parts = ("a run of one epoch", "s"), ("… its worker's memory", "MB")
    return _against_the_first(IMAGES, "images", cost, parts)


def _by_runs() -> list[Row]:
    without_cookies()
    with tempfile.TemporaryDirectory() as folder:
        few, *more = ((count, Visit(_filled(Path(folder), count), "runs/page.py", {})) for count in RUNS)
        return [
            in_turn(f"the table of runs again: {count:,} / {few[0]} runs", visit.again, few[1].again, pairs=5)
            for count, visit in more
        ]


def _filled(folder: Path, count: int) -> Path:
    home = folder / str(count)
    home.mkdir()
    names(RunStore(f"sqlite:///{home / 'runs.sqlite'}"), count)
    return home


def _by_viewers() -> list[Row]:
    parts = (
        ("a tick of the live page, 95 % within", "s"),
        ("… the server's time a second", "s"),
        ("… its memory", "MB"),
    )
    return _against_the_first(VIEWERS, "viewers", _watched_by, parts)


def _watched_by(viewers: int) -> tuple[float, float, float]:
    """Return how long a tick takes, and what the server needs, in processor time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        run = Invented(RunStore(f"sqlite:///{folder}/runs.sqlite"), LONG)
        with (
            served(Path(folder), workers=0) as (url, server),
            meanwhile(run.go_on, 0.25),
            watched(server) as use,
        ):
            seen = asyncio.run(attend(url, viewers, [("results", run.address)], SECONDS))
    return float(np.quantile(seen.ticks, 0.95)), use.processor / SECONDS, float(max(use.memory))


def _against_the_first(
    sizes: tuple[int, ...],
    of: str,
    cost: Callable[[int], tuple[float, ...]],
    parts: tuple[tuple[str, str], ...],
) -> list[Row]:
    """Return a row for each larger size and each part of its cost, by name and unit."""
    first, *others = ((size, cost(size)) for size in sizes)
    return [
        Row(f"{name}: {size:,} / {first[0]:,} {of}", much, little, much / little, unit)
        for size, costs in others
        for (name, unit), much, little in zip(parts, costs, first[1], strict=True)
    ]

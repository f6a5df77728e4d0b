"""`python -m benchmarks`: measure side by side what was decided on speed, and write the table.

`python -m benchmarks plain tables` measures and prints the parts so named; so does `make bench PARTS=…`.

Every row is a ratio of two ways measured in turn in this process, so that a slow or busy machine does not
decide; seconds are given beside it for orientation. Photos are counted instead.
Nothing here is a test.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import streamlit as st  # noqa: F401 - its garbage is part of what a page costs

from benchmarks.growth import growth
from benchmarks.ideas import ideas
from benchmarks.looks import looks
from benchmarks.machine import machine
from benchmarks.pages import pages
from benchmarks.payload import payload
from benchmarks.photos import photos
from benchmarks.plain import halves, has_torch, plain, stream
from benchmarks.precision import precision
from benchmarks.start import start
from benchmarks.tables import tables
from benchmarks.turns import Row, in_turn
from benchmarks.uploads import uploads
from benchmarks.waits import waits
from benchmarks.worker_memory import memory
from benchmarks.workers import checkpoints, workers
from core.data import mnist
from core.data.augment import augment
from core.data.prepare import normalise, one_hot
from core.figures.curves import curves
from core.inference.loading import set_up
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS
from core.runs.records import EpochPoint, History, Progress, StepPoint, Steps
from core.runs.store import RunStore

TABLE = Path(__file__).parent / "last.md"
FOUR = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
EVERYTHING = FOUR.model_copy(update={"shear": 10, "elastic": 1, "stroke": 0.5, "erasing": 0.3})
OFF = Augmentation()


def augmentation() -> list[Row]:
    """Compare an epoch on augmented images with one on plain images, and a batch of all with one of four."""
    from core.model.build import compile_model
    from core.training.batches import Batches
    from core.training.loop import Loop

    pool = mnist.training()
    rows = []
    for name, batches, kinds, settings in (
        ("quick-start", 46, "four", FOUR),
        ("final", 20, "four", FOUR),
        ("final", 20, "all", EVERYTHING),
    ):
        spec = PRESETS[name].spec
        images = batches * spec.batch_size
        x, y = normalise(pool.images[:images])[..., None], one_hot(pool.labels[:images])
        loop = Loop(compile_model(spec), (x[:1], y[:1]), [])

        def epoch(
            settings: Augmentation,
            loop: Loop = loop,
            x: object = x,
            y: object = y,
            batch: int = spec.batch_size,
        ) -> None:
            loop.run(Batches(x, y, batch, settings, seed=0), 0, 1)  # type: ignore[arg-type]

        what = f"epoch of {name}: {kinds} augmentations / none"
        rows.append(in_turn(what, lambda: epoch(settings), lambda: epoch(OFF), pairs=5))  # noqa: B023
    batch, rng = normalise(pool.images[:86])[..., None], np.random.default_rng(0)
    rows.append(
        in_turn(
            "batch of 86: all augmentations / four",
            lambda: augment(batch, EVERYTHING, rng),
            lambda: augment(batch, FOUR, rng),
            pairs=50,
        )
    )
    return rows


def store() -> list[Row]:
    """Compare reading the curves of a long run with those of a short one, and 1,000 runs with 10."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        spec = PRESETS["quick-start"].spec
        runs = RunStore(f"sqlite:///{folder}/runs.sqlite")
        short, long = (_filled(runs, count) for count in (500, 13_200))
        rows.append(
            in_turn(
                "read curves: 13,200 / 500 batches", lambda: runs.history(long), lambda: runs.history(short)
            )
        )
        few = RunStore(f"sqlite:///{folder}/few.sqlite")
        for count, where in ((10, few), (998, runs)):
            for _ in range(count):
                where.create(spec, "run")
        rows.append(in_turn("list runs: 1,000 / 10", runs.runs, few.runs))
    return rows


def _filled(runs: RunStore, steps: int) -> str:
    run = runs.create(PRESETS["quick-start"].spec, "run")
    epochs = [EpochPoint(n, n * steps // 10, 0.1, 0.9, 0.1, 0.9, 0.001, 1.0) for n in range(1, 11)]
    runs.record(run.id, Progress(), [StepPoint(n, 1 / n, 0.9, n / 10) for n in range(1, steps + 1)], epochs)
    return run.id


def tick() -> list[Row]:
    """Compare what a tick of the live chart sends for a long and a short run."""

    def figure(points: int) -> str:
        step = np.arange(1, points + 1)
        y = np.random.default_rng(0).random(points)
        text: str = curves(History(Steps(step, y, y, y), ()), "loss", range(0, 1001, 100), 10).to_json()
        return text

    row = in_turn("figure as JSON: 1,000 / 100 points", lambda: figure(1000), lambda: figure(100))
    size = Row(
        "… its bytes, 1,000 / 100 points",
        len(figure(1000)),
        len(figure(100)),
        len(figure(1000)) / len(figure(100)),
        "B",
    )
    return [row, size]


def _served(measure: Callable[[], list[Row]]) -> list[Row]:
    """Measure in a process without TensorFlow, like the server's: its garbage would add 0.3 s to each."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        return fresh.submit(measure).result()


PARTS: dict[str, Callable[[], list[Row]]] = {
    "pages": partial(_served, pages),
    "ideas": partial(_served, ideas),
    "plain": plain,
    "stream": stream,
    "halves": halves,
    "looks": looks,
    "precision": precision,
    "augmentation": augmentation,
    "waits": waits,
    "memory": memory,
    "store": store,
    "tick": tick,
    "payload": payload,
    "growth": partial(_served, growth),
    "tables": tables,
    "photos": photos,
    "start": start,
    "uploads": uploads,
    "checkpoints": checkpoints,
    "workers": workers,
}
"""In this order: pages first, as TensorFlow's garbage would slow them down."""


def main(names: Sequence[str]) -> None:
    if unknown := set(names) - set(PARTS):
        sys.exit(f"There is no part “{min(unknown)}”; choose among {', '.join(PARTS)}.")
    set_up()
    lines = [
        "# The last measurement",
        "",
        f"`make bench` on {machine()}. Ratios are medians of pairs in turn, then their least and most.",
        *([] if has_torch() else ["PyTorch was not installed: its rows are left out."]),
        "",
        "| what | first | second | ratio | least–most |",
        "|---|---:|---:|---:|---:|",
    ]
    print(*lines, sep="\n", flush=True)
    for name in [name for name in PARTS if name in names or not names]:
        begin = time.perf_counter()
        rows = [row.told() for row in PARTS[name]()]
        print(*rows, sep="\n", flush=True)
        print(f"{name}: {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        lines += rows
    if not names:
        TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

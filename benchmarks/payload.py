"""What a page that shows a run in training sends to a browser.

The run is a long one, but nobody trains it: its curves, its film and its frames grow by invented numbers.
`python -m benchmarks.payload parts` tells what each part of the page sends.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.audience import Page, Seen, connected
from benchmarks.fill import invented
from benchmarks.meanwhile import meanwhile
from benchmarks.served import served
from benchmarks.turns import Row, at_most, show
from core.analysis.film import Film, film_of
from core.analysis.film import to_bytes as film_bytes
from core.analysis.frames import Frame, frame_of, to_bytes
from core.data import mnist
from core.data.prepare import split
from core.inference.film import kept_tiles
from core.model.presets import PRESETS
from core.runs.artifacts import FILM, FRAMES
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.store import RunStore

LONG, SHORT = 13_200, 440
"""Batches that the run has when the visitor comes."""
A_LOOK, AN_EPOCH, EPOCHS = 11, 440, 60
"""Batches a quarter of a second and an epoch, and the epochs that the run is to have."""
SECONDS = 20.0
HOLDER = "benchmark"
A_TICK = at_most(60e3)


class Invented:
    """A run that goes on as if a worker trained it."""

    def __init__(self, store: RunStore, batches: int) -> None:
        self._store, self._random = store, np.random.default_rng(0)
        spec = PRESETS["quick-start"].spec.model_copy(update={"epochs": EPOCHS})
        self._run = store.create(spec, "grows", "quick-start", holder=HOLDER)
        store.describe_data(self._run.id, {"training images": AN_EPOCH * spec.batch_size}, HOLDER)
        store.claim(self._run.id, {}, HOLDER)
        labels = mnist.training().labels
        self._index = split(labels, spec.data)[1]
        self._labels = labels[self._index]
        self._steps, self._film, self._frames = 0, self._filmed(0), list[Frame]()
        self._train(batches)

    @property
    def address(self) -> str:
        return f"run={self._run.id}"

    def go_on(self) -> None:
        self._train(A_LOOK)
        self._store.beat(self._run.id, HOLDER)

    def _train(self, batches: int) -> None:
        begun, self._steps = self._steps, self._steps + batches
        steps = [
            StepPoint(n, 2.3 / n**0.5, 1 - 0.9 / n**0.5, n / 44) for n in range(begun + 1, self._steps + 1)
        ]
        ended = range(begun // AN_EPOCH + 1, self._steps // AN_EPOCH + 1)
        now = Progress(
            "training", self._steps // AN_EPOCH + 1, self._steps % AN_EPOCH, AN_EPOCH, 4000.0, 300.0, 300.0
        )
        self._store.record(self._run.id, now, steps, [_point(epoch) for epoch in ended], HOLDER)
        for epoch in ended:
            self._film = self._film.with_last(self._filmed(epoch))
            self._frames.append(frame_of(epoch, invented(self._index, self._labels, 2.5, self._random), None))
        if ended:
            self._store.put_artifact(self._run.id, FILM, film_bytes(self._film))
            self._store.put_artifact(self._run.id, FRAMES, to_bytes(self._frames))

    def _filmed(self, epoch: int) -> Film:
        rows = np.unique(mnist.test().labels, return_index=True)[1]
        tiles = kept_tiles(self._run.spec.layers)
        pixels = self._random.integers(0, 256, (len(rows), sum(tile.size for tile in tiles)), np.uint8)
        return film_of(mnist.test().images[rows], mnist.test().labels[rows], tiles, epoch, pixels)


def _point(epoch: int) -> EpochPoint:
    return EpochPoint(
        epoch, epoch * AN_EPOCH, 2 / epoch, 1 - 0.3 / epoch, 2.2 / epoch, 1 - 0.35 / epoch, 1e-3, 10.0 * epoch
    )


def watched(batches: int) -> Seen:
    """Return what a visitor met who watched a run of so many batches for `SECONDS`."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        run = Invented(RunStore(f"sqlite:///{folder}/runs.sqlite"), batches)
        with served(Path(folder), workers=0) as server, meanwhile(run.go_on, 0.25):
            asyncio.run(_watch(server.url, run.address, seen))
    if seen.errors:
        raise RuntimeError(seen.errors[0])
    return seen


async def _watch(url: str, query: str, seen: Seen) -> None:
    async with connected(url) as socket:
        await Page(socket, "", query, seen).look(SECONDS)


def rows() -> Iterator[Row]:
    """Compare what the live page sends of a long run and of a short one."""
    long, short = watched(LONG), watched(SHORT)
    what = f"run in training, {LONG:,} / {SHORT:,} batches: the largest tick"
    yield Row(what, max(long.sizes), max(short.sizes), "B", goal=A_TICK)
    yield Row("… a second", sum(long.sizes) / SECONDS, sum(short.sizes) / SECONDS, "B")


def parts() -> None:
    """Print what each part of the page sends a second."""
    for kind, size in watched(LONG).kinds.most_common():
        print(f"{size / SECONDS:10,.0f}  {kind}")


if __name__ == "__main__":
    parts() if sys.argv[1:] == ["parts"] else show(rows())

"""What a training costs in the dashboard against the script that a person would write instead, in turn.

Each way has a process of its own and trains the same network on the same images in equal batches: a run, its
live curves included, one that tells nobody, and one in bfloat16 where the processor has it; Keras' `fit` with
TensorFlow as it comes; PyTorch, where it is installed, in the faster of two memory layouts. Times are those
of whole epochs, and the processors' time for them. The large network's have a fifteenth of the batches that
real ones have, so what an epoch costs by itself (film, checkpoint) counts fifteen times as much there.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import lru_cache, partial
from importlib.util import find_spec
from typing import Any

from benchmarks.epochs import Times, images, process, timed
from benchmarks.turns import Goal, Row, compared, ratio_at_least, ratio_at_most, show
from core.data import mnist
from core.data.prepare import prepare
from core.inference.loading import set_up
from core.model.precision import Precision
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.processor import has_bfloat16
from core.runs.status import Command
from core.training.capacity import cores
from core.training.threads import WITHIN, load_to_train

BATCHES = {"quick-start": 60, "4conv2d-bn-rmsprop": 30}
PAIRS = 5
SCRIPT, TORCH, RUN, SILENT, UNCUT, SHORT = (
    "model.fit",
    "PyTorch",
    "a run",
    "a run that tells nobody",
    "the same whose threads share whole batches",
    "a run in bfloat16",
)
COMPARED: tuple[tuple[str, str, Goal | None], ...] = (
    (SCRIPT, RUN, ratio_at_least(1.25)),
    (TORCH, RUN, ratio_at_least(1.1)),
    (SCRIPT, SHORT, ratio_at_least(1.25)),
    (TORCH, SHORT, ratio_at_least(1.1)),
    (RUN, SILENT, ratio_at_most(1.01)),
    (UNCUT, SILENT, None),
)
"""Which ways are compared, and what is to come of it."""


class Nobody:
    """A watcher that does nothing."""

    def command(self) -> Command:
        return Command.RUN

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def rows() -> Iterator[Row]:
    """Compare an epoch of a plain script with one of a run, and a run with its parts."""
    set_up()
    for name in BATCHES:
        ways = _ways(name)
        found = _in_rounds(ways)
        for first, second, goal in COMPARED:
            if first in ways and second in ways:
                yield from _compared(name, first, second, found, goal)


def _ways(name: str) -> dict[str, Callable[[], Times]]:
    """Return how a preset can be trained here."""
    ways: dict[str, Callable[[], Times]] = {SCRIPT: partial(_fit, name)}
    if find_spec("torch"):
        ways[TORCH] = partial(_torch, name)
    ways |= {RUN: partial(_run, name, True), SILENT: partial(_run, name, False)}
    ways[UNCUT] = partial(_sharing, name)
    if has_bfloat16():
        ways[SHORT] = partial(_run, name, True, "bfloat16")
    return ways


def _in_rounds(ways: dict[str, Callable[[], Times]]) -> list[dict[str, Times]]:
    """Return the times of each way in each round, after one that does not count."""
    with ExitStack() as ended:
        pools = {way: ended.enter_context(process()) for way in ways}
        return [
            {way: pools[way].submit(measure).result() for way, measure in ways.items()}
            for _ in range(PAIRS + 1)
        ][1:]


def _compared(
    name: str, first: str, second: str, rounds: list[dict[str, Times]], goal: Goal | None
) -> Iterator[Row]:
    wall, processors = ([(one[first][at], one[second][at]) for one in rounds] for at in (0, 1))
    yield compared(f"epoch of {name}: {first} / {second}", wall, goal=goal)
    yield compared(f"… time of the processors: {first} / {second}", processors)


def _spec(name: str, precision: Precision) -> RunSpec:
    """Return a preset for three epochs on a few images, of which one validates."""
    spec = PRESETS[name].spec
    data = spec.data.model_copy(update={"images": BATCHES[name] * spec.batch_size + 1, "validation_share": 0})
    return spec.model_copy(update={"data": data, "epochs": 3, "precision": precision})


def _run(name: str, live: bool, precision: Precision = "float32") -> Times:
    """Return what an epoch of a run takes: two of three, without the first, in which Keras compiles."""
    load_to_train()
    from core.training.fit import fit

    spec = _spec(name, precision)
    watcher = Watched(reporter(spec) if live else Nobody())
    fit(spec, prepare(mnist.training(), spec.data), watcher)
    (wall, processors), *_, (wall_after, processors_after) = watcher.ends
    return (wall_after - wall) / 2, (processors_after - processors) / 2


def _sharing(name: str) -> Times:
    """Return what an epoch takes where each operation has all threads."""
    os.environ[WITHIN] = str(cores())
    return _run(name, False)


class Watched:
    """A watcher that also notes when each epoch, and all that belongs to it, was over."""

    def __init__(self, watcher: Any) -> None:
        self._watcher, self.ends = watcher, list[Times]()

    def on_checkpoint(self, *told: Any) -> None:
        self._watcher.on_checkpoint(*told)
        self.ends.append((time.perf_counter(), time.process_time()))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._watcher, name)


def reporter(spec: RunSpec) -> Any:
    from core.model.build import model_bytes
    from core.runs.store import RunStore
    from core.training.reporter import Reporter

    store = RunStore(f"sqlite:///{tempfile.mkdtemp()}/runs.sqlite")
    run = store.create(spec, "measured")
    store.claim(run.id, {}, "benchmark")
    return Reporter(store, run.id, model_bytes, "benchmark")


def _fit(name: str) -> Times:
    return timed(_fitting(name))


@lru_cache
def _fitting(name: str) -> Callable[[], object]:
    """Return an epoch by Keras, with TensorFlow as it comes."""
    os.environ.pop("TF_ENABLE_ONEDNN_OPTS", None)
    from core.model.build import compile_model

    spec = PRESETS[name].spec
    x, y = images(spec, BATCHES[name])
    model = compile_model(spec)
    one = {"validation_data": (x[:1], y[:1]), "verbose": 0}
    model.fit(x, y, batch_size=spec.batch_size, **one)
    return partial(model.fit, x, y, batch_size=spec.batch_size, **one)


def _torch(name: str) -> Times:
    return timed(_torching(name))


@lru_cache
def _torching(name: str) -> Callable[[], object]:
    """Return an epoch by PyTorch in the memory layout that has just been faster."""
    from benchmarks.torch_script import epoch_of

    spec = PRESETS[name].spec
    x, y = images(spec, BATCHES[name])
    ways = [epoch_of(spec, x, y, channels_last) for channels_last in (True, False)]
    for way in ways:
        way()
    return min(ways, key=lambda way: min(timed(way)[1] for _ in range(2)))


if __name__ == "__main__":
    show(rows())

"""What a training costs in the dashboard against the script that a person would write instead, in turn.

Each of the three has a process of its own and trains the same network on the same images in equal batches:
a run, its live curves included; Keras' `fit` with TensorFlow as it comes; PyTorch, where it is installed, in
the faster of two memory layouts. Times are those of whole epochs, and the processors' time for them.
"""

import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache, partial
from importlib.util import find_spec
from itertools import product
from multiprocessing import get_context
from typing import Any

from benchmarks.turns import Row, compared
from core.data import mnist
from core.data.prepare import normalise, one_hot, prepare
from core.inference.loading import load_keras
from core.model.precision import Precision
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.processor import has_bfloat16
from core.runs.status import Command
from core.training.capacity import cores
from core.training.threads import WITHIN, set_threads

BATCHES = {"quick-start": 60, "4conv2d-bn-rmsprop": 8}
SPREAD = BATCHES | {"fast-99-5": 30}
PAIRS = 5
Times = tuple[float, float]
"""Seconds, and seconds of the processors."""


class Nobody:
    """A watcher that does nothing."""

    def command(self) -> Command:
        return Command.RUN

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def has_torch() -> bool:
    return find_spec("torch") is not None


def plain() -> list[Row]:
    """Compare an epoch of a plain script with one of a run."""
    rows = []
    for name in BATCHES:
        others: dict[str, Callable[[], Times]] = {"model.fit": partial(_fit, name)}
        if has_torch():
            others["PyTorch"] = partial(_torch, name)
        runs = {"a run": partial(_run, name, True)}
        if has_bfloat16():
            runs["a run in bfloat16"] = partial(_run, name, True, "bfloat16")
        for (what, other), (how, run) in product(others.items(), runs.items()):
            rows += _rows(f"epoch of {name}: {what} / {how}", other, run)
    return rows


def stream() -> list[Row]:
    """Compare an epoch of a run that tells the store its points with one of a run that tells nobody."""
    name = "quick-start"
    return _rows(
        f"epoch of {name}: live curves / none", partial(_run, name, True), partial(_run, name, False)
    )


def halves() -> list[Row]:
    """Compare an epoch of a run whose threads share each operation with one in half batches, on two cores."""
    rows = []
    for name in SPREAD:
        ways = partial(_sharing, name), partial(_run, name, False)
        rows += _rows(f"epoch of {name}: whole batches / halves", *ways)
    return rows


def _rows(what: str, first: Callable[[], Times], second: Callable[[], Times]) -> list[Row]:
    with process() as one, process() as other:
        pairs = [(one.submit(first).result(), other.submit(second).result()) for _ in range(PAIRS + 1)][1:]
    wall, processors = ([(a[at], b[at]) for a, b in pairs] for at in (0, 1))
    return [compared(what, wall), compared(f"… time of the processors: {what.split(': ')[1]}", processors)]


def process() -> ProcessPoolExecutor:
    """Return a pool of one fresh process."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def timed(action: Callable[[], object]) -> Times:
    """Return how long an action takes."""
    begin, processors = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - begin, time.process_time() - processors


def _spec(name: str, precision: Precision) -> RunSpec:
    """Return a preset for three epochs on a few images, of which one validates."""
    spec = PRESETS[name].spec
    data = spec.data.model_copy(update={"images": SPREAD[name] * spec.batch_size + 1, "validation_share": 0})
    return spec.model_copy(update={"data": data, "epochs": 3, "precision": precision})


def _run(name: str, live: bool, precision: Precision = "float32") -> Times:
    """Return what an epoch of a run takes: two of three, without the first, in which Keras compiles."""
    set_threads(None)
    load_keras()
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
    """A watcher that also notes when each epoch was over."""

    def __init__(self, watcher: Any) -> None:
        self._watcher, self.ends = watcher, list[Times]()

    def on_epoch(self, *told: Any) -> None:
        self._watcher.on_epoch(*told)
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


def images(spec: RunSpec, batches: int) -> tuple[Any, Any]:
    """Return images (n, 28, 28, 1) and labels (n, 10), float32, for so many batches."""
    pool, count = mnist.training(), batches * spec.batch_size
    return normalise(pool.images[:count])[..., None], one_hot(pool.labels[:count])

"""Epochs on a few batches, to be timed: of a preset as a run trains it, and what is needed around them."""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from core.data import mnist
from core.data.prepare import normalise, one_hot
from core.model.augmentations import Augmentation
from core.model.precision import Precision
from core.model.specs import RunSpec
from core.training.threads import load_to_train

Times = tuple[float, float]
"""Seconds, and seconds of the processors."""


def process() -> ProcessPoolExecutor:
    """Return a pool of one fresh process."""
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def timed(action: Callable[[], object]) -> Times:
    """Return how long an action takes."""
    begin, processors = time.perf_counter(), time.process_time()
    action()
    return time.perf_counter() - begin, time.process_time() - processors


def images(spec: RunSpec, batches: int) -> tuple[Any, Any]:
    """Return images (n, 28, 28, 1) and labels (n, 10), float32, for so many batches."""
    pool, count = mnist.training(), batches * spec.batch_size
    return normalise(pool.images[:count])[..., None], one_hot(pool.labels[:count])


def epoch_of(
    spec: RunSpec, batches: int, precision: Precision = "float32", model: Any = None
) -> Callable[[Augmentation], None]:
    """Return what trains one epoch of so many batches, which are augmented; without callbacks."""
    load_to_train()
    from core.model.build import compile_model
    from core.training.batches import Batches
    from core.training.loop import Loop

    x, y = images(spec, batches)
    loop = Loop(model or compile_model(spec), (x[:1], y[:1]), [], precision=precision)
    return lambda settings: loop.run(Batches(x, y, spec.batch_size, settings, seed=0), 0, 1)

"""How much two workers train together against one, each with the threads it gets (`capacity.threads`)."""

import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack

from benchmarks.epochs import epoch_of
from benchmarks.turns import Row, show
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS
from core.training.capacity import threads
from core.training.engine import end_pool, process_pool, warm_up

BATCHES, SECONDS, ROUNDS = 30, 4.0, 3


def rows() -> Iterator[Row]:
    """Compare the images a second of two workers with those of one, round by round."""
    with ExitStack() as ended:
        one, *two = (process_pool(count) for count in (threads(1), threads(2), threads(2)))
        for pool in (one, *two):
            ended.callback(end_pool, pool)
        for warm in [pool.submit(warm_up) for pool in (one, *two)]:
            warm.result()
        for name in ("quick-start", "4conv2d-bn-rmsprop"):
            rounds = [(_together(name, two), _together(name, [one])) for _ in range(ROUNDS)]
            a, b = (statistics.median(column) for column in zip(*rounds, strict=True))
            ratios = tuple(several / single for several, single in rounds)
            yield Row(f"{name}, images a second: two workers / one", a, b, "", ratios)


def _together(name: str, pools: list[ProcessPoolExecutor]) -> float:
    """Return the images a second of workers, all at once."""
    return sum(job.result() for job in [pool.submit(_rate, name) for pool in pools])


def _rate(name: str) -> float:
    """Return, in a worker, how many images a second it trains."""
    spec = PRESETS[name].spec
    epoch, done = epoch_of(spec, BATCHES), 0
    epoch(Augmentation())
    begun = time.perf_counter()
    while time.perf_counter() - begun < SECONDS:
        epoch(Augmentation())
        done += BATCHES * spec.batch_size
    return done / (time.perf_counter() - begun)


if __name__ == "__main__":
    show(rows())

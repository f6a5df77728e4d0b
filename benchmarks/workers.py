"""How much two workers train together against one.

With as many threads as the library likes two workers fight for two cores; with one thread each they do not.
"""

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
WAYS: dict[str, list[int | None]] = {
    "one": [threads(1)],
    "two workers": [threads(2)] * 2,
    "two that fight": [None] * 2,
}
"""How many threads each worker has."""


def rows() -> Iterator[Row]:
    """Compare the images a second of two workers with those of one, round by round."""
    with ExitStack() as ended:
        pools = {way: [process_pool(count) for count in each] for way, each in WAYS.items()}
        every = [pool for several in pools.values() for pool in several]
        for pool in every:
            ended.callback(end_pool, pool)
        for warm in [pool.submit(warm_up) for pool in every]:
            warm.result()
        for name in ("quick-start", "4conv2d-bn-rmsprop"):
            rounds = [{way: _together(name, each) for way, each in pools.items()} for _ in range(ROUNDS)]
            for way in [way for way in WAYS if way != "one"]:
                a, b = (statistics.median(found[kind] for found in rounds) for kind in (way, "one"))
                ratios = tuple(found[way] / found["one"] for found in rounds)
                yield Row(f"{name}, images a second: {way} / one", a, b, "", ratios)


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

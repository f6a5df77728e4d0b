"""How many workers train how much together, and what checkpoints cost: `python -m benchmarks.workers`.

Two workers with as many threads as the library likes fight for two cores; with one thread each they do not.
"""

import math
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from types import SimpleNamespace

from benchmarks.turns import Row, seconds
from core.data import mnist
from core.data.prepare import normalise, one_hot
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS
from core.runs.artifacts import CHECKPOINT
from core.runs.records import EpochPoint, Progress
from core.runs.store import RunStore
from core.training.capacity import threads
from core.training.engine import end_pool, process_pool, warm_up
from core.training.reporter import CHECKPOINT_INTERVAL

BATCHES, SECONDS, ROUNDS = 30, 4.0, 3


def workers() -> list[Row]:
    """Compare what two workers train together with what one does, in images a second, round by round."""
    ways: dict[str, list[int | None]] = {
        "one": [threads(1)],
        "two": [threads(2)] * 2,
        "two that fight": [None] * 2,
    }
    rows = []
    with ExitStack() as ended:
        pools = {way: [process_pool(count) for count in each] for way, each in ways.items()}
        every = [pool for several in pools.values() for pool in several]
        for pool in every:
            ended.callback(end_pool, pool)
        for warm in [pool.submit(warm_up) for pool in every]:
            warm.result()
        for name in ("quick-start", "4conv2d-bn-rmsprop"):
            rounds = [{way: _together(name, each) for way, each in pools.items()} for _ in range(ROUNDS)]
            for way in ("two", "two that fight"):
                a, b = (statistics.median(found[kind] for found in rounds) for kind in (way, "one"))
                ratio = statistics.median(found[way] / found["one"] for found in rounds)
                rows.append(Row(f"{name}, images a second: {way} workers / one", a, b, ratio, ""))
    return rows


def _together(name: str, pools: list[ProcessPoolExecutor]) -> float:
    """Return the images a second of workers, all at once."""
    return sum(job.result() for job in [pool.submit(_rate, name) for pool in pools])


def _rate(name: str) -> float:
    """Return, in a worker, how many images a second it trains."""
    run, images = _epoch(name)
    run()
    begun, done = time.perf_counter(), 0
    while time.perf_counter() - begun < SECONDS:
        run()
        done += images
    return done / (time.perf_counter() - begun)


def _epoch(name: str, model: object = None) -> tuple[Callable[[], None], int]:
    """Return what trains some batches of a preset, and how many images these have."""
    from core.model.build import compile_model
    from core.training.batches import Batches
    from core.training.loop import Loop

    spec, pool = PRESETS[name].spec, mnist.training()
    images = BATCHES * spec.batch_size
    x, y = normalise(pool.images[:images])[..., None], one_hot(pool.labels[:images])
    loop = Loop(model or compile_model(spec), (x[:1], y[:1]), [])
    return partial(loop.run, Batches(x, y, spec.batch_size, Augmentation(), seed=0), 0, 1), images


def checkpoints() -> list[Row]:
    """Compare what checkpoints take, at each epoch and written as often as may be, with the whole time."""
    from core.model.build import compile_model
    from core.training.checkpoint import Checkpoints

    rows = []
    for name in ("quick-start", "final"):
        spec = PRESETS[name].spec
        model = compile_model(spec)
        run, images = _epoch(name, model)
        run()
        epoch = statistics.median(seconds(run) for _ in range(3)) * spec.data.images * 0.9 / images
        kept: list[Callable[[], bytes]] = []
        point = EpochPoint(1, 1, 0.1, 0.9, 0.1, 0.9, 0.001, 1.0)
        recorder = SimpleNamespace(epochs=[point], kept=None, kept_weights=[])
        taker = Checkpoints(recorder, None, [], SimpleNamespace(on_checkpoint=kept.append))  # type: ignore[arg-type]
        taker.set_model(model)
        take = statistics.median(seconds(partial(taker.on_epoch_end, 0)) for _ in range(5))
        write = statistics.median(_writing(kept[-1]) for _ in range(5))
        between = max(CHECKPOINT_INTERVAL, epoch)
        spent = take * math.ceil(between / epoch) + write
        rows.append(Row(f"checkpoints of {name} / the training between two", spent, between, spent / between))
    return rows


def _writing(content: Callable[[], bytes]) -> float:
    """Return how long a checkpoint takes from the values in memory into a store on disk."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        run = store.create(PRESETS["quick-start"].spec, "x", holder="w")
        return seconds(lambda: store.record(run.id, Progress(), [], [], None, {CHECKPOINT: content()}))


def main() -> None:
    for row in (row for rows in (checkpoints, workers) for row in rows()):
        print(f"| {row.what} | {row.a:,.2f} | {row.b:,.2f} | {row.ratio:.4f} |", flush=True)


if __name__ == "__main__":
    main()

"""What checkpoints cost a training: taken at each epoch's end, written as often as may be."""

import math
import statistics
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace

from benchmarks.epochs import epoch_of
from benchmarks.turns import Row, ratio_at_most, seconds, show
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS
from core.runs.artifacts import CHECKPOINT
from core.runs.records import EpochPoint, Progress
from core.runs.store import RunStore
from core.training.reporter import CHECKPOINT_INTERVAL
from core.training.threads import load_to_train

BATCHES = 30
GOAL = ratio_at_most(0.01)


def rows() -> Iterator[Row]:
    """Compare what checkpoints take with the training between two that are written."""
    load_to_train()
    for name in ("quick-start", "final"):
        yield _row(name)


def _row(name: str) -> Row:
    from core.model.build import compile_model
    from core.training.checkpoint import Checkpoints

    spec = PRESETS[name].spec
    model = compile_model(spec)
    run = partial(epoch_of(spec, BATCHES, model=model), Augmentation())
    run()
    part = BATCHES * spec.batch_size / (spec.data.images * 0.9)
    epoch = statistics.median(seconds(run) for _ in range(3)) / part
    kept: list[Callable[[], bytes]] = []
    point = EpochPoint(1, 1, 0.1, 0.9, 0.1, 0.9, 0.001, 1.0)
    recorder = SimpleNamespace(epochs=[point], kept=None, kept_weights=[])
    taker = Checkpoints(recorder, None, [], SimpleNamespace(on_checkpoint=kept.append))  # type: ignore[arg-type]
    taker.set_model(model)
    take = statistics.median(seconds(partial(taker.on_epoch_end, 0)) for _ in range(5))
    write = statistics.median(_writing(kept[-1]) for _ in range(5))
    between = max(CHECKPOINT_INTERVAL, epoch)
    spent = take * math.ceil(between / epoch) + write
    return Row(f"checkpoints of {name} / the training between two", spent, between, goal=GOAL)


def _writing(content: Callable[[], bytes]) -> float:
    """Return how long a checkpoint takes from the values in memory into a store on disk."""
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        run = store.create(PRESETS["quick-start"].spec, "x", holder="w")
        return seconds(lambda: store.record(run.id, Progress(), [], [], None, {CHECKPOINT: content()}))


if __name__ == "__main__":
    show(rows())

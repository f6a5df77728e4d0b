"""What it costs a training to be looked at: the looks at its layers and its film, each at most a hundredth.

One hundredth is less than two equal epochs differ by. So the looks and the pictures of a short run are timed
one by one, and those that the whole run would have are set against its batches alone, without validation; a
run's first look and first picture, which find nothing in the processor's cache, are left out.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.epochs import process
from benchmarks.plain import reporter
from benchmarks.turns import Row, ratio_at_most, show
from core.analysis.frames import is_kept
from core.analysis.vitals import looked_at, price
from core.data import mnist
from core.data.prepare import prepare
from core.model.course import epoch_ends
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.training.threads import load_to_train

NAMES = ("quick-start", "keras-example", "mlp", "final")
BATCHES, EPOCHS = 33, 4
"""Of the short runs; the last looks are those after 1, 2, 4, … 32 and 64 batches."""
HUNDREDTH = ratio_at_most(0.01)


def rows() -> Iterator[Row]:
    """Compare what looking takes with the training itself."""
    for name in NAMES:
        with process() as fresh:
            yield from fresh.submit(_counted, name).result()


def _counted(name: str) -> list[Row]:
    """Return what the looks and the film of a preset take in relation to its batches."""
    load_to_train()
    from core.training.fit import fit
    from core.training.frames import Frames
    from core.training.probe import Probe
    from core.training.step import Step

    spec = PRESETS[name].spec
    short = _with(spec, images=BATCHES * spec.batch_size + 500, epochs=EPOCHS)
    with (
        _timed(Step, "__call__") as batches,
        _timed(Step, "looked_at") as watched,
        _timed(Probe, "on_train_batch_begin") as begun,
        _timed(Probe, "on_train_batch_end") as ended,
        _timed(Frames, "_film") as pictures,
    ):
        fit(short, prepare(mnist.training(), short.data), reporter(short))
    batch, count = statistics.median(batches), len(watched) - 1
    beside = sum(sorted(begun)[-count:]) + sum(sorted(ended)[-count:])  # all others only count the step
    look = (sum(watched[1:]) + beside) / count - batch
    picture = statistics.mean(pictures[1:])
    *_, steps = epoch_ends(spec, round(spec.data.images * (1 - spec.data.validation_share)))
    many = len(list(looked_at(steps, price(spec.layers, spec.batch_size))))
    shown = 1 + sum(is_kept(epoch, spec.epochs) for epoch in range(1, spec.epochs + 1))
    whole = steps * batch
    parts = {f"{many} looks at its layers": many * look, f"{shown} pictures of its film": shown * picture}
    return [
        Row(f"{name}: {what} / its {steps:,} batches", part, whole, goal=HUNDREDTH)
        for what, part in parts.items()
    ]


def _with(spec: RunSpec, images: int, epochs: int) -> RunSpec:
    share = 500 / images
    data = spec.data.model_copy(update={"images": images, "validation_share": share})
    return spec.model_copy(update={"data": data, "epochs": epochs})


@contextmanager
def _timed(owner: Any, name: str) -> Iterator[list[float]]:
    """Give a list of the processors' seconds that each call of a method took while the block lasted."""
    plain, taken = getattr(owner, name), list[float]()

    def timed(*arguments: Any, **named: Any) -> Any:
        begin = time.process_time()
        try:
            return plain(*arguments, **named)
        finally:
            taken.append(time.process_time() - begin)

    setattr(owner, name, timed)
    try:
        yield taken
    finally:
        setattr(owner, name, plain)


if __name__ == "__main__":
    show(rows())

"""What bfloat16 is worth to a training step, in each of the three ways that TensorFlow has, against float32.

Each way has a process of its own, and all take turns: Keras' policy, as a run trains; Grappler's pass, which
rewrites the compiled step; oneDNN's mode, in which it rounds what it is given inside its own operations.
Times are those of epochs on a few batches, without callbacks. By this the policy was chosen, so it is no part
of `make bench`; `python -m benchmarks.precision` measures it again, in some ten minutes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial

from benchmarks.epochs import Times, epoch_of, process, timed
from benchmarks.turns import Row, compared, show
from core.model.augmentations import Augmentation
from core.model.precision import Precision
from core.model.presets import PRESETS
from core.processor import has_bfloat16
from core.training.threads import load_to_train

BATCHES = {"4conv2d-bn-rmsprop": 8, "fast-99-5": 30, "fast-99-6": 30, "quick-start": 60}
PAIRS = 5


def rows() -> Iterator[Row]:
    """Compare an epoch in float32 with one in bfloat16, three ways; nothing where it would be emulated."""
    for name in BATCHES if has_bfloat16() else ():
        yield from _rows(name)


def _rows(name: str) -> list[Row]:
    ways: dict[str, Callable[[str], Times]] = {
        "float32": _plain,
        "Keras' policy": _policy,
        "Grappler's pass": _grappler,
        "oneDNN's mode": _onednn,
    }
    pools = {way: process() for way in ways}
    rounds = [
        {way: pools[way].submit(measure, name).result() for way, measure in ways.items()}
        for _ in range(PAIRS + 1)
    ][1:]
    for pool in pools.values():
        pool.shutdown()
    first, *others = ways
    return [row for way in others for row in _compared(name, way, [(one[first], one[way]) for one in rounds])]


def _compared(name: str, way: str, pairs: Sequence[tuple[Times, Times]]) -> list[Row]:
    wall, processors = ([(a[at], b[at]) for a, b in pairs] for at in (0, 1))
    what = f"float32 / {way}"
    return [
        compared(f"epoch of {name}: {what}", wall),
        compared(f"… time of the processors: {what}", processors),
    ]


def _plain(name: str) -> Times:
    return timed(_epoch(name, "float32"))


def _policy(name: str) -> Times:
    return timed(_epoch(name, "bfloat16"))


def _grappler(name: str) -> Times:
    load_to_train()
    import tensorflow as tf

    import core.model.build  # noqa: F401 - sets options too, before these

    options = {"remapping": False, "auto_mixed_precision_onednn_bfloat16": True}
    tf.config.optimizer.set_experimental_options(options)
    return timed(_epoch(name, "float32"))


def _onednn(name: str) -> Times:
    os.environ["ONEDNN_DEFAULT_FPMATH_MODE"] = os.environ["TF_SET_ONEDNN_FPMATH_MODE"] = "BF16"
    return timed(_epoch(name, "float32"))


@lru_cache
def _epoch(name: str, precision: Precision) -> Callable[[], object]:
    """Return an epoch of a preset as a run trains it, two of which are done."""
    epoch = partial(epoch_of(PRESETS[name].spec, BATCHES[name], precision), Augmentation())
    epoch()
    epoch()
    return epoch


if __name__ == "__main__":
    show(rows())

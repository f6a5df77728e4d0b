"""What a training costs in the dashboard against Keras' own `fit`, on the same network and images."""

import os
from typing import Any

from benchmarks.turns import Row, in_turn
from core.data import mnist
from core.data.prepare import normalise, one_hot
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS


def training() -> list[Row]:
    """Compare an epoch by `model.fit` on arrays with one as a run trains."""
    from core.model.build import compile_model
    from core.training.batches import Batches
    from core.training.loop import Loop

    os.environ.pop("DIGITS_PLAIN_FIT", None)
    pool, rows = mnist.training(), []
    for name, batches in (("quick-start", 60), ("4conv2d-bn-rmsprop", 8)):
        spec = PRESETS[name].spec
        images = batches * spec.batch_size
        x, y = normalise(pool.images[:images])[..., None], one_hot(pool.labels[:images])
        plain, ours = compile_model(spec), compile_model(spec)
        loop = Loop(ours, (x[:1], y[:1]), [])

        def fit(model: Any = plain, x: Any = x, y: Any = y, size: int = spec.batch_size) -> None:
            model.fit(x, y, batch_size=size, validation_data=(x[:1], y[:1]), verbose=0)

        def run(loop: Loop = loop, x: Any = x, y: Any = y, size: int = spec.batch_size) -> None:
            loop.run(Batches(x, y, size, Augmentation(), seed=0), 0, 1)

        rows.append(in_turn(f"epoch of {name}: plain Keras / a run", fit, run, pairs=5))
    return rows

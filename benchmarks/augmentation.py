"""What augmented images cost a training: an epoch on them against one on images as they are.

A batch is prepared while the one before is trained on, so the work hides where there is a core for it.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.epochs import epoch_of
from benchmarks.turns import Row, in_turn, ratio_at_least, show
from core.data import mnist
from core.data.augment import augment
from core.data.prepare import normalise
from core.model.augmentations import Augmentation
from core.model.presets import PRESETS

OFF = Augmentation()
FOUR = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
EVERYTHING = FOUR.model_copy(update={"shear": 10, "elastic": 1, "stroke": 0.5, "erasing": 0.3})
EPOCHS = (("quick-start", 46, "four", FOUR), ("final", 20, "four", FOUR), ("final", 20, "all", EVERYTHING))
PAIRS = 11
"""Single pairs of epochs lie up to a tenth apart, and the goal is three hundredths."""
GOAL = ratio_at_least(0.97)


def rows() -> Iterator[Row]:
    """Compare an epoch on plain images with one on augmented ones, and a batch of all with one of four."""
    for name, batches, kinds, settings in EPOCHS:
        epoch = epoch_of(PRESETS[name].spec, batches)
        what = f"epoch of {name}: images as they are / {kinds} augmentations"
        yield in_turn(what, partial(epoch, OFF), partial(epoch, settings), pairs=PAIRS, goal=GOAL)
    batch, rng = normalise(mnist.training().images[:86])[..., None], np.random.default_rng(0)
    yield in_turn(
        "batch of 86: all augmentations / four",
        lambda: augment(batch, EVERYTHING, rng),
        lambda: augment(batch, FOUR, rng),
        pairs=50,
    )


if __name__ == "__main__":
    show(rows())

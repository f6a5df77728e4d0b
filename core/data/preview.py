"""What an augmentation does to one image: random draws, and the settings' extremes."""

import numpy as np
from numpy.typing import NDArray

from core.data.augment import augment, matrices, warp
from core.data.prepare import normalise, reshape
from core.model.specs import Augmentation

Floats = NDArray[np.float32]
EXTREMES = ("turned left", "turned right", "smaller", "larger", "left", "right", "up", "down")


def drawn(image: NDArray[np.uint8], settings: Augmentation, count: int, seed: int) -> Floats:
    """Return `count` random changes of an image uint8 (28, 28) as float32 (count, 28, 28) in 0…1.

    With the same seed the same draws are made, so that they grow as the settings do.
    """
    copies = np.repeat(reshape(normalise(image[None])), count, axis=0)
    return augment(copies, settings, np.random.default_rng(seed))[..., 0]


def extremes(image: NDArray[np.uint8], settings: Augmentation) -> Floats:
    """Return an image uint8 (28, 28) at the end of each setting, as `EXTREMES` names them: (8, 28, 28)."""
    angle, factor, down, right = np.zeros(8), np.ones(8), np.zeros(8), np.zeros(8)
    angle[:2] = -settings.rotation, settings.rotation
    factor[2:4] = 1 - settings.zoom, 1 + settings.zoom
    right[4:6] = -settings.width_shift, settings.width_shift
    down[6:] = -settings.height_shift, settings.height_shift
    copies = np.repeat(reshape(normalise(image[None])), len(EXTREMES), axis=0)
    return warp(copies, matrices(angle, factor, down, right))[..., 0]

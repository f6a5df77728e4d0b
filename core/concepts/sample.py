"""Real digits as the rows that the small networks of the pages on ideas read."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.data import mnist
from core.data.prepare import normalise

TRAINED_ON = 2000
"""Images that the small networks train on: enough for some hundred steps."""


@lru_cache(maxsize=8)
def sample(start: int = 0, count: int = TRAINED_ON) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return `count` training images from the place `start` on, float32 (n, 784) in 0…1, and their labels."""
    pool = mnist.training()
    images = normalise(pool.images[start : start + count]).reshape(-1, 784)
    images.flags.writeable = False
    return images, pool.labels[start : start + count]

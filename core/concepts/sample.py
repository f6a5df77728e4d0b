"""Real digits as the rows that the small networks of the pages on ideas read."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.data import mnist
from core.data.prepare import normalise

TRAINED_ON = 2000
"""Images that the small networks train on: enough for some hundred steps."""


@lru_cache(maxsize=8)
def sample(
    start: int = 0, count: int = TRAINED_ON, largest: float = 1.0
) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return `count` training images from the place `start` on and their labels.

    The images are float32 (n, 784) from 0 to `largest`; nobody may write into them.
    """
    pool = mnist.training()
    images = normalise(pool.images[start : start + count]).reshape(-1, 784) * np.float32(largest)
    images.flags.writeable = False
    return images, pool.labels[start : start + count]

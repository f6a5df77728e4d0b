"""Mini-batches of real digits and what the first hidden layer of a random network makes of them."""

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, initial
from core.concepts.sample import TRAINED_ON, sample

Floats = NDArray[np.floating]
UNITS = 16
MOST = 64
_DESIGN = Design(hidden=(UNITS,))


def places(size: int, seed: int) -> NDArray[np.int64]:
    """Return which of the 2,000 sample images a mini-batch holds, int64 (size,)."""
    return np.random.default_rng(seed).choice(TRAINED_ON, size, replace=False)


def sums(images: NDArray[np.float32]) -> Floats:
    """Return the weighted sums (m, 16) that images float32 (m, 784) give in a layer of random weights."""
    layer = initial(_DESIGN, 0)[0]
    result: Floats = images @ layer.weights + layer.bias
    return result


def every_sum() -> Floats:
    """Return the weighted sums of all sample images, (2000, 16)."""
    return sums(sample()[0])

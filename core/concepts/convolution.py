"""Convolution step by step: a kernel slid over an image, and what it costs against full connection.

As in all of deep learning the kernel is not flipped: strictly, this is a cross-correlation (Goodfellow,
Bengio & Courville 2016, "Deep Learning", section 9.1).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Padding = Literal["same", "valid"]
SIZES = (3, 5, 7)


def kernels(size: int) -> dict[str, Floats]:
    """Return kernels (size, size) by what they find; `size` is odd."""
    middle = size // 2
    ramp = np.sign(np.arange(size) - middle) / (size * middle)
    spot = np.zeros((size, size))
    spot[middle, middle] = 1
    mean = np.full((size, size), 1 / size**2)
    return {
        "vertical edges": np.tile(ramp, (size, 1)),
        "horizontal edges": np.tile(ramp[:, None], (1, size)),
        "outline": spot - mean,
        "blur": mean,
        "sharpen": 3 * spot - 2 * mean,
        "nothing (copy)": spot,
    }


def padded(image: Floats, size: int, padding: Padding) -> Floats:
    """Return an image (h, w) with the border of zeros that a kernel of this size gets: `size // 2` each side.

    "valid" adds none.
    """
    return np.pad(image, size // 2) if padding == "same" else image


def convolve(image: Floats, kernel: Floats, padding: Padding) -> Floats:
    """Return the output map of an image (h, w) under a kernel (k, k): (h, w), or k − 1 less with "valid"."""
    windows = np.lib.stride_tricks.sliding_window_view(padded(image, len(kernel), padding), kernel.shape)
    result: Floats = np.einsum("ijkl,kl->ij", windows, kernel)
    return result


@dataclass(frozen=True, eq=False)
class Position:
    """One place of the kernel.

    Attributes:
        seen: the pixels under the kernel, (k, k).
        products: each times its weight, (k, k).
        total: their sum, the value of the output map there.
    """

    seen: Floats
    products: Floats
    total: float


def position(image: Floats, kernel: Floats, padding: Padding, row: int, column: int) -> Position:
    """Return what the kernel does for the output's square (row, column), both counted from 0."""
    size = len(kernel)
    seen = padded(image, size, padding)[row : row + size, column : column + size]
    return Position(seen, seen * kernel, float((seen * kernel).sum()))


@dataclass(frozen=True)
class Cost:
    """Weights of a layer whose neurons form maps.

    Attributes:
        neurons: in all maps together.
        per_neuron: weights that one neuron uses.
        full: weights if every neuron is connected with every input and has weights of its own.
        local: weights if each neuron sees its window only, still with weights of its own.
        shared: weights of the convolution: one kernel for each map.
        biases: of the convolution, one for each map.
    """

    neurons: int
    per_neuron: int
    full: int
    local: int
    shared: int
    biases: int


def cost(side: int, channels: int, size: int, filters: int) -> Cost:
    """Return what `filters` maps cost over an image of side × side × channels with "same" padding."""
    neurons, window = side * side * filters, size * size * channels
    return Cost(
        neurons, window, neurons * side * side * channels, neurons * window, filters * window, filters
    )

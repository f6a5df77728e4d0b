"""How a convolution of a saved network makes one pixel of one of its maps: what it sees, its weights."""

from dataclasses import dataclass

import numpy as np

from core.analysis.film import Floats, Pixels
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.film import outputs, parts_of
from core.inference.networks import network, store_at
from core.model import layers as L


@dataclass(frozen=True)
class Sum:
    """One pixel as a sum.

    Attributes:
        seen: float32 (k, k, channels), what of the layer's input is under the kernel; around it zeros.
        kernel: float32 (k, k, channels), its weights.
        bias: added to the sum.
        made: what the layer hands on, after batch normalisation and activation.
    """

    seen: Floats
    kernel: Floats
    bias: float
    made: float

    @property
    def parts(self) -> Floats:
        """What each channel of the input adds: float32 (channels,)."""
        return np.asarray((self.seen * self.kernel).sum(axis=(0, 1)), np.float32)

    @property
    def total(self) -> float:
        return float(self.parts.sum()) + self.bias


def convolved(
    url: str, run_id: str, ended_at: float, image: Pixels, place: int, channel: int, row: int, column: int
) -> Sum:
    """Return how the layer at `place`, from 1, makes a pixel of a map for an image uint8 (28, 28).

    Raises:
        DataError: that layer is no convolution, or has no such pixel; else as in `network`.
        StoreError: as in `network`.
    """
    model, layers = network(url, run_id, ended_at), store_at(url).get(run_id).spec.layers
    if not 1 <= place <= len(layers) or not isinstance(layer := layers[place - 1], L.Conv2D):
        raise DataError("Only the pixels of a Conv2D layer are such sums.")
    made = [normalise(image)[None, ..., None], *outputs(model, layers, normalise(image)[None])]
    given, after = made[place - 1][0], made[place][0]
    if not (0 <= row < after.shape[0] and 0 <= column < after.shape[1] and 0 <= channel < after.shape[2]):
        raise DataError("There is no such pixel.")
    kernel, *bias = parts_of(model, layers, place)[0].get_weights()
    return Sum(
        _window(given, layer, (row, column), after.shape),
        kernel[..., channel],
        float(bias[0][channel]) if bias else 0.0,
        float(after[row, column, channel]),
    )


def _window(given: Floats, layer: L.Conv2D, at: tuple[int, int], made: tuple[int, ...]) -> Floats:
    """Return what the kernel sees of an input (rows, columns, channels) where it makes the pixel `at`."""
    side, step = layer.kernel_size, layer.strides
    edges = [(0, 0)] * 3
    if layer.padding == "same":
        missing = [max(0, (made[axis] - 1) * step + side - given.shape[axis]) for axis in (0, 1)]
        edges[:2] = [(short // 2, short - short // 2) for short in missing]
    row, column = (step * place for place in at)
    return np.pad(given, edges)[row : row + side, column : column + side]

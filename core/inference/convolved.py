"""How a convolution of a run's network makes one pixel of one of its maps: what it sees, its weights."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.analysis.film import Floats, Pixels
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.learning import learning
from core.inference.networks import network, store_at
from core.inference.steps import steps
from core.model import layers as L

Summed = L.Conv2D | L.SeparableConv2D | L.Residual
"""The layers whose pixels are such sums: of a block, that of its last convolution and what is added to it."""
Rows = dict[str, tuple[Any, Any, Any]]
"""Keras layers by name, in order: the layer, what it was given, what it made."""


@dataclass(frozen=True)
class Addition:
    """Where the two ways through a residual block meet.

    Attributes:
        path: what its convolutions made: the last one's sum, normalised if that stands before the activation.
        shortcut: what came in; where it has another number of maps, weighed by 1×1 kernels and normalised
            likewise.
    """

    path: float
    shortcut: float

    @property
    def total(self) -> float:
        return self.path + self.shortcut


@dataclass(frozen=True)
class Sum:
    """One pixel as a sum.

    Attributes:
        seen: float32 (k, k, channels), what of the convolution's input is under the kernel; around it zeros.
        kernel: float32 (k, k, channels), its weights.
        bias: added to the sum.
        made: what the layer hands on, after batch normalisation and activation.
        mix: float32 (channels,), by what a separable convolution multiplies the sum of each channel.
        addition: what follows the sum in a residual block.
    """

    seen: Floats
    kernel: Floats
    bias: float
    made: float
    mix: Floats | None = None
    addition: Addition | None = None

    @property
    def windows(self) -> Floats:
        """The sum over what is seen of each channel of the input: float32 (channels,)."""
        return np.asarray((self.seen * self.kernel).sum(axis=(0, 1)), np.float32)

    @property
    def parts(self) -> Floats:
        """What each channel of the input adds: float32 (channels,)."""
        return self.windows if self.mix is None else self.windows * self.mix

    @property
    def total(self) -> float:
        return float(self.parts.sum()) + self.bias


def convolved(
    url: str, run_id: str, ended_at: float, image: Pixels, place: int, channel: int, row: int, column: int
) -> Sum:
    """Return how the layer at `place`, from 1, makes a pixel of a map for an image uint8 (28, 28).

    By the weights that the run kept.

    Raises:
        DataError: that layer is no `Summed`, or has no such pixel; else as in `network`.
        StoreError: as in `network`.
    """
    return _sum(network(url, run_id, ended_at), _layers(url, run_id), image, place, (row, column, channel))


def convolved_so_far(
    url: str, run_id: str, image: Pixels, place: int, channel: int, row: int, column: int
) -> tuple[int, Sum]:
    """Return the same of a run that trains, by the weights of its last checkpoint, and after which epoch.

    Raises:
        DataError: as in `convolved` and `learning`.
        StoreError: as in `learning`.
    """
    epoch, model = learning(url, run_id)
    return epoch, _sum(model, _layers(url, run_id), image, place, (row, column, channel))


def _layers(url: str, run_id: str) -> tuple[L.Layer, ...]:
    return store_at(url).get(run_id).spec.layers


def _sum(
    model: Any, layers: tuple[L.Layer, ...], image: Pixels, place: int, pixel: tuple[int, int, int]
) -> Sum:
    """Return one pixel (row, column, channel) of what the layer at `place` makes of an image."""
    if not 1 <= place <= len(layers) or not isinstance(layer := layers[place - 1], Summed):
        raise DataError("Only the pixels of convolutions and residual blocks are such sums.")
    name = f"{layer.kind}_{place}"
    rows = _rows(model, name, image)
    after = _array(list(rows.values())[-1][2])
    if not all(0 <= at < size for at, size in zip(pixel, after.shape, strict=True)):
        raise DataError("There is no such pixel.")
    last = f"_conv_{layer.convolutions}" if isinstance(layer, L.Residual) else ""
    weighing, given, _ = rows[f"{name}{last}"]
    kernel, mix, bias = _weights(weighing, pixel[2])
    seen = _window(_array(given), weighing, pixel[:2], after.shape)
    return Sum(seen, kernel, bias, float(after[pixel]), mix, _addition(rows, f"{name}_add", pixel))


def _rows(model: Any, name: str, image: Pixels) -> Rows:
    """Return the Keras layers that the layer called `name` is (`build_model`), those inside a block too."""
    import keras

    given = keras.ops.convert_to_tensor(normalise(image)[None, ..., None])
    rows = ((layer.name, (layer, seen, made)) for layer, seen, made in steps(model, given))
    return {inner: row for inner, row in rows if inner == name or inner.startswith(f"{name}_")}


def _weights(layer: Any, channel: int) -> tuple[Floats, Floats | None, float]:
    """Return what makes one channel: the kernel (k, k, channels in), the mix (channels in,) and the bias."""
    kernel, *others = layer.get_weights()
    bias = float(others.pop()[channel]) if layer.use_bias else 0.0
    if others:  # of a separable convolution
        return kernel[..., 0], others[0][0, 0, :, channel], bias
    return kernel[..., channel], None, bias


def _addition(rows: Rows, name: str, pixel: tuple[int, int, int]) -> Addition | None:
    if name not in rows:
        return None
    path, shortcut = rows[name][1]
    return Addition(float(_array(path)[pixel]), float(_array(shortcut)[pixel]))


def _window(given: Floats, layer: Any, at: tuple[int, int], made: tuple[int, ...]) -> Floats:
    """Return what a Keras layer sees of an input (rows, columns, channels) where it makes the pixel `at`."""
    side, step = layer.kernel_size[0], layer.strides[0]
    edges = [(0, 0)] * 3
    if layer.padding == "same":
        missing = [max(0, (made[axis] - 1) * step + side - given.shape[axis]) for axis in (0, 1)]
        edges[:2] = [(short // 2, short - short // 2) for short in missing]
    row, column = (step * place for place in at)
    return np.pad(given, edges)[row : row + side, column : column + side]


def _array(values: Any) -> Floats:
    """Return a tensor of one image, (1, …), without its first axis."""
    import keras

    return np.asarray(keras.ops.convert_to_numpy(values)[0], np.float32)

"""What is inside a network: its filters, what each layer makes of an image, how its activations spread."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.inference.networks import network
from core.inference.steps import steps, unfolded

Floats = NDArray[np.float32]
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BATCH = 100


@dataclass(frozen=True)
class Filters:
    """The weights of one convolution: float32 (rows, columns, channels in, filters)."""

    layer: str
    kernel: Floats


@dataclass(frozen=True)
class Output:
    """What one layer made of one image: float32 (rows, columns, channels), or (units,) without a place."""

    layer: str
    values: Floats

    @property
    def has_place(self) -> bool:
        return self.values.ndim == 3


@dataclass(frozen=True)
class Spread:
    """The activations of one layer over many images.

    Attributes:
        quantiles: at `QUANTILES`.
        zeros: share of exact zeros.
        units: channels or units.
        silent: units that are zero for every image and every place: dead after a ReLU.
    """

    layer: str
    mean: float
    deviation: float
    quantiles: tuple[float, ...]
    zeros: float
    units: int
    silent: int


def filters(url: str, run_id: str, ended_at: float) -> list[Filters]:
    """Return the filters of every convolution, in order; a separable one has one for each input map.

    Raises:
        DataError, StoreError: as in `network`.
    """
    import keras

    found = []
    for layer in unfolded(network(url, run_id, ended_at)):
        if isinstance(layer, keras.layers.Conv2D):
            found.append(Filters(layer.name, _array(layer.kernel)))
        elif isinstance(layer, keras.layers.SeparableConv2D):
            found.append(Filters(layer.name, _array(layer.depthwise_kernel).transpose(0, 1, 3, 2)))
    return found


def outputs(url: str, run_id: str, ended_at: float, image: Floats) -> list[Output]:
    """Return what every layer makes of an image (28, 28), 0…1, the softmax layer last.

    Raises:
        DataError, StoreError: as in `network`.
    """
    model = network(url, run_id, ended_at)
    return [Output(name, values[0]) for name, values in _layer_by_layer(model, image[None])]


def spreads(url: str, run_id: str, ended_at: float, images: Floats) -> list[Spread]:
    """Return how the activations of each activation layer spread over images (n, 28, 28), 0…1.

    Raises:
        DataError, StoreError: as in `network`.
    """
    model = network(url, run_id, ended_at)
    seen: dict[str, list[Floats]] = {}
    for at in range(0, len(images), BATCH):
        for name, values in _layer_by_layer(model, images[at : at + BATCH]):
            if name.endswith("_activation"):
                seen.setdefault(name, []).append(values)
    return [_spread(name.removesuffix("_activation"), np.concatenate(parts)) for name, parts in seen.items()]


def hidden(url: str, run_id: str, ended_at: float, images: Floats) -> Floats:
    """Return the last hidden layer, what softmax decides on, for images (n, 28, 28): float32 (n, units).

    Raises:
        DataError, StoreError: as in `network`.
    """
    model = network(url, run_id, ended_at)
    parts = []
    for at in range(0, len(images), BATCH):
        values = _given(images[at : at + BATCH])
        for layer in model.layers[:-1]:
            values = layer(values, training=False)
        parts.append(_array(values))
    return np.concatenate(parts)


def _layer_by_layer(model: Any, images: Floats) -> Iterator[tuple[str, Floats]]:
    for layer, _, made in steps(model, _given(images)):
        yield layer.name, _array(made)


def _spread(layer: str, values: Floats) -> Spread:
    units = values.shape[-1]
    return Spread(
        layer,
        float(values.mean()),
        float(values.std()),
        tuple(float(value) for value in np.quantile(values, QUANTILES)),
        float((values == 0).mean()),
        units,
        int((values.reshape(-1, units) == 0).all(axis=0).sum()),
    )


def _given(images: Floats) -> Any:
    import keras

    return keras.ops.convert_to_tensor(images[..., None])


def _array(values: Any) -> Floats:
    import keras

    return np.asarray(keras.ops.convert_to_numpy(values), np.float32)

"""Which units a network has lost: those whose activation is flat for every image that it is shown."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.analysis.units import LayerUnits, Units
from core.inference.steps import steps
from core.model import layers as L
from core.model.build import build_model

MAX_IMAGES = 1000
BATCH = 100
FLAT: dict[str, tuple[float, float]] = {
    "relu": (0.0, inf),
    "sigmoid": (-6.91, 6.91),
    "tanh": (-4.15, 4.15),
    "elu": (-6.91, inf),
    "gelu": (-3.85, inf),
    "silu": (-9.1, inf),
}
"""Activation → it is flat, its slope below 1/1000, up to the first input and from the second on."""
STEEP_ENOUGH = 1e-3
"""A leaky ReLU with at least this slope left of zero never dies; with less it is a ReLU."""

Weights = Sequence[NDArray[np.float32]]


def measure_units(
    layers: Sequence[L.Layer], last: Weights, best: Weights, images: NDArray[np.float32]
) -> Units:
    """Return the dead units of the network of `layers`, with its last and with its kept weights.

    Args:
        last, best: as Keras' `get_weights` gives them. Weights that are not finite count no unit as dead.
        images: float32 (n, 28, 28, 1); at most the first 1,000 are shown.
    """
    shown = images[:MAX_IMAGES]
    at_last = _counted(layers, last, shown)
    same = all(np.array_equal(a, b) for a, b in zip(last, best, strict=True))
    return Units(images=len(shown), last=at_last, best=at_last if same else _counted(layers, best, shown))


def _counted(
    layers: Sequence[L.Layer], weights: Weights, images: NDArray[np.float32]
) -> tuple[LayerUnits, ...]:
    model = build_model(layers)
    model.set_weights(weights)
    return tuple(_count(model, layers, images))


def _count(model: Any, layers: Sequence[L.Layer], images: NDArray[np.float32]) -> Iterator[LayerUnits]:
    flat: dict[int, NDArray[np.bool_]] = {}
    for start in range(0, len(images), BATCH):
        for place, inputs in _activation_inputs(model, layers, images[start : start + BATCH]):
            here = _is_flat(layers[place - 1], inputs).reshape(-1, inputs.shape[-1]).all(axis=0)
            flat[place] = np.logical_and(flat.get(place, here), here)
    for place, dead in flat.items():
        yield LayerUnits(layer=place, units=len(dead), dead=int(dead.sum()))


def _activation_inputs(
    model: Any, layers: Sequence[L.Layer], images: NDArray[np.float32]
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yield place and activation's input (n, …, units) of each layer that has an activation.

    Of a residual block it is the activation that follows the addition.
    """
    places = {
        f"{layer.kind}_{place}_activation": place
        for place, layer in enumerate(layers, start=1)
        if isinstance(layer, L.Activated)
    }
    for part, given, _ in steps(model, keras.ops.convert_to_tensor(images)):
        if part.name in places:
            yield places[part.name], keras.ops.convert_to_numpy(given)


def _is_flat(layer: L.Layer, inputs: NDArray[np.float32]) -> NDArray[np.bool_]:
    assert isinstance(layer, L.Activated)
    if layer.activation == "leaky_relu":
        low, high = (0.0 if layer.negative_slope < STEEP_ENOUGH else -inf), inf
    else:
        low, high = FLAT[layer.activation]
    return ((inputs <= low) | (inputs >= high)) & np.isfinite(inputs)

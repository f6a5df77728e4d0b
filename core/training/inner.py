"""What a compiled step tells of each layer besides loss and accuracy: its gradient, its flat units.

It stands in a branch of the step, which every step passes by that is not looked at.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from core.model import layers as L
from core.training.parts import Parts, whole
from core.training.probe import kernels
from core.training.units import FLAT

MONOTONE = ("relu", "sigmoid", "tanh", "elu")
"""Activations of which the output tells where they are flat; the input is not kept for a look at it."""


class Inner:
    """Finds in a step what concerns each layer that has weights.

    Args:
        model: whose `trainable_variables` the gradients are by.
    """

    def __init__(self, model: Any, layers: Sequence[L.Layer]) -> None:
        by_layer = kernels(model, layers)
        self._gradients = list(by_layer.values())
        self._flat = [_flat_ends(layers, place) for place in by_layer]
        self.size = 2 * len(by_layer)
        """How many numbers it tells."""

    def measured(self, gradients: Sequence[Any], outputs: Mapping[str, Parts]) -> Any:
        """Return each layer's norm of the gradient, then its share of flat units: float32 (2 · layers,).

        A norm that is no finite number is infinite; a share is NaN where the output does not tell it.

        Args:
            gradients: by each of the model's trainable variables.
            outputs: of each Keras layer for the batch, in parts, by its name.
        """
        norms = [tf.linalg.global_norm([gradients[at] for at in places]) for places in self._gradients]
        finite = [tf.where(tf.math.is_finite(norm), norm, float("inf")) for norm in norms]
        flat = [
            flat_share(whole(outputs[ends[0]]), *ends[1:]) if ends else float("nan") for ends in self._flat
        ]
        return tf.stack([*finite, *flat])


def flat_share(outputs: Any, low: Any, high: Any) -> Any:
    """Return the share of units, on the last axis of (n, …, units), whose outputs all are beyond two ends."""
    outputs = tf.cast(outputs, tf.float32)
    beyond = tf.logical_or(outputs <= low, outputs >= high)
    units = tf.reduce_all(beyond, axis=list(range(len(outputs.shape) - 1)))
    return tf.reduce_mean(tf.cast(units, tf.float32))


def _flat_ends(layers: Sequence[L.Layer], place: int) -> tuple[str, Any, Any] | None:
    """Return the name of a layer's activation and between which outputs its slope is worth something."""
    layer = layers[place - 1] if place <= len(layers) else None
    if not isinstance(layer, L.Activated) or layer.activation not in MONOTONE:
        return None
    low, high = keras.activations.get(layer.activation)(tf.constant(FLAT[layer.activation])).numpy()
    return f"{layer.kind}_{place}_activation", low, high

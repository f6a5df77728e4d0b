"""Looks at each layer at a few steps of a training: weights, their updates, gradients, flat units.

Weights and updates are read before and after the step, on every backend. Gradients and flat units come out
of the compiled step (`core/training/inner.py`), where that trains.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.analysis.vitals import QUANTILES, Vitals, is_looked_at, price
from core.inference.film import parts_of
from core.model import layers as L
from core.model.specs import RunSpec
from core.training.callbacks import Watcher

MOST_SORTED = 2_000
"""Weights of a layer, evenly spread over it, of which quantiles are taken."""
Floats = NDArray[np.float32]


class Probe(keras.callbacks.Callback):  # type: ignore[misc]
    """Hands what is seen of the layers to a watcher, one step at a time.

    It stands before all callbacks that end a training, so that its last steps are seen.

    Attributes:
        layers: of the network's spec.
        is_due: whether the step that follows is looked at.
    """

    def __init__(self, spec: RunSpec, watcher: Watcher, done: int = 0) -> None:
        """Begin where a training is, after so many steps."""
        super().__init__()
        self.layers, self._watcher, self._step = spec.layers, watcher, done
        self._price = price(spec.layers, spec.batch_size)
        self.is_due = False
        self._kernels: dict[int, list[int]] = {}
        self._before: list[Floats] = []
        self._told: tuple[Floats, Floats] | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        self._kernels = kernels(self.model, self.layers)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self._step += 1
        self.is_due = is_looked_at(self._step, self._price)
        if self.is_due:
            self._before, self._told = self._weights(), None

    def on_inner(self, gradients: Floats, flat: Floats) -> None:
        """Take what the compiled step says of each layer: float32 (layers,) each."""
        self._told = gradients, flat

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self.is_due:
            places, after = tuple(self._kernels), self._weights()
            nothing = np.full(len(places), np.nan, np.float32)
            seen = vitals(places, self._step, self._before, after, *(self._told or (nothing, nothing)))
            self._watcher.on_vitals(seen)

    def _weights(self) -> list[Floats]:
        """Return a copy of each layer's weights, flat."""
        variables = self.model.trainable_variables
        return [np.concatenate([_flat(variables[at]) for at in layer]) for layer in self._kernels.values()]


def kernels(model: Any, layers: Sequence[L.Layer]) -> dict[int, list[int]]:
    """Return where among the trainable variables the kernels of each layer are that has some.

    Layers are known by their place, counted from 1; softmax is last.
    """
    at = {id(variable): place for place, variable in enumerate(model.trainable_variables)}
    parts = [parts_of(model, layers, place) for place in range(1, len(layers) + 1)]
    found = enumerate(map(_kernels, [*parts, model.layers[-1:]]), start=1)
    return {place: [at[id(kernel)] for kernel in layer] for place, layer in found if layer}


def _kernels(parts: Sequence[Any]) -> list[Any]:
    return [variable for part in parts for variable in part.trainable_variables if len(variable.shape) > 1]


def _flat(variable: Any) -> Floats:
    return np.asarray(keras.ops.convert_to_numpy(variable.value), np.float32).ravel()


def vitals(
    places: tuple[int, ...],
    step: int,
    before: Sequence[Floats],
    after: Sequence[Floats],
    gradients: Floats,
    flat: Floats,
) -> Vitals:
    """Return what is seen of layers at one step.

    Args:
        before, after: each layer's weights, float32 (weights,).
        gradients, flat: float32 (layers,), as `Vitals` has them.
    """
    with np.errstate(over="ignore", invalid="ignore"):  # a network that diverges is looked at too
        changed = [_changed(*pair) for pair in zip(before, after, strict=True)]
        means, deviations = ([moment(weights) for weights in after] for moment in (np.mean, np.std))
    return Vitals(
        places=places,
        steps=np.array([step], np.int64),
        gradients=_row(gradients),
        updates=_finite(changed),
        means=_finite(means),
        deviations=_finite(deviations),
        quantiles=_finite([quantiles(weights) for weights in after]),
        flat=_row(flat),
    )


def quantiles(weights: Floats) -> Floats:
    """Return the values at `QUANTILES` of at most `MOST_SORTED` weights, the nearest of them."""
    ordered = np.sort(weights[:: -(-len(weights) // MOST_SORTED)])
    nearest = np.rint(np.array(QUANTILES) * (len(ordered) - 1)).astype(int)
    return np.asarray(ordered[nearest], np.float32)


def _changed(before: Floats, after: Floats) -> float:
    return float(np.linalg.norm(after - before)) / max(float(np.linalg.norm(before)), 1e-12)


def _row(values: Any) -> Floats:
    return np.asarray(values, np.float32)[None]


def _finite(values: Any) -> Floats:
    return _row(np.nan_to_num(values, nan=np.inf, posinf=np.inf, neginf=-np.inf))

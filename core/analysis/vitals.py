"""How each layer fares while a network trains, at a few steps, as one value that travels as bytes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.arrays import packed, unpacked
from core.errors import DataError
from core.model.layers import Layer
from core.model.shapes import network_cost

Floats = NDArray[np.float32]
PER_OCTAVE = (4, 2, 1)
"""Steps looked at between one power of two and the next: the most that the price allows, but one always.
Four make 35 of the first 1,000 and 62 of the first 100,000."""
SHARE = 0.01
"""What looks may take of the steps among which they are."""
A_LOOK, A_WEIGHT, A_STEP = 1.2e8, 240.0, 1.8e7
"""What a look takes by itself and for each parameter, and a step by itself, in the multiply-adds that two
cores do meanwhile (6e10 a second: 2 ms, 4 ns, 0.3 ms). No clock decides, so that a run can be repeated."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
HEALTHY_UPDATES = (1e-4, 1e-2)
"""Between which `updates` of a sound training mostly lie: ten times around 1e-3, Karpathy's rule of thumb
(CS231n, "Neural Networks Part 3", ratio of weights and updates)."""
FIELDS = ("gradients", "updates", "means", "deviations", "quantiles", "flat")
_FORMS = {
    "places": "int32 layers",
    "steps": "int64 n",
    **dict.fromkeys(FIELDS, "float32 n layers"),
    "quantiles": "float32 n layers 5",
}


@dataclass(frozen=True)
class Vitals:
    """What was seen of each layer that has weights, at each step that was looked at.

    Weights are a layer's kernels, those of all its convolutions if it is a block; biases and batch
    normalisation's scales are left out. What could not be told is NaN, what was no finite number infinite.

    Attributes:
        places: of the layers in the network, counted from 1; the softmax layer is the last.
        steps: int64 (n,), counted from 1 over the whole training, rising.
        gradients: float32 (n, layers), the Euclidean norm of the loss' gradient by the weights.
        updates: float32 (n, layers), the norm of what the step changed, in relation to that of the weights.
        means, deviations: float32 (n, layers), of the weights after the step.
        quantiles: float32 (n, layers, 5), of the weights, at `QUANTILES`.
        flat: float32 (n, layers), the share of units whose activation was flat for the whole batch.
    """

    places: tuple[int, ...]
    steps: NDArray[np.int64]
    gradients: Floats
    updates: Floats
    means: Floats
    deviations: Floats
    quantiles: Floats
    flat: Floats

    def with_last(self, other: "Vitals") -> "Vitals":
        """Return these with another's of the same network at their end."""
        return self._of(
            np.concatenate([self.steps, other.steps]),
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in FIELDS),
        )

    def until(self, step: int) -> "Vitals":
        """Return those of the steps until one."""
        kept = self.steps <= step
        return self._of(self.steps[kept], *(getattr(self, name)[kept] for name in FIELDS))

    def _of(self, steps: NDArray[np.int64], *columns: Floats) -> "Vitals":
        return Vitals(self.places, steps, *columns)

    def to_bytes(self) -> bytes:
        """Return them as an `.npz` file: at most 100 kB for forty layers and a hundred thousand steps."""
        return packed(vars(self) | {"places": np.array(self.places, np.int32)})

    @classmethod
    def from_bytes(cls, content: bytes) -> "Vitals":
        """Return what `to_bytes` was given.

        Raises:
            DataError: the content is damaged.
        """
        arrays = unpacked(content, _FORMS, "What this run kept of its layers is damaged: train it again.")
        return cls(tuple(arrays.pop("places").tolist()), **arrays)

    @classmethod
    def kept(cls, content: bytes | None) -> "Vitals | None":
        """Return what a run kept; None for a run of an earlier version, or if it cannot be read."""
        try:
            return cls.from_bytes(content) if content else None
        except DataError:
            return None


def price(layers: Sequence[Layer], batch_size: int) -> float:
    """Return how many steps of a network's training take as long as one look at its layers."""
    cost = network_cost(layers)
    a_step = A_STEP + 3 * batch_size * cost.multiply_adds  # forward, and backward to inputs and to weights
    return (A_LOOK + A_WEIGHT * cost.parameters) / a_step


def is_looked_at(step: int, price: float) -> bool:
    """Whether a step, counted from 1, is looked at: each power of two, and up to three between two of them.

    It depends on the step and the network alone, so that a run that goes on later is looked at as one that
    went through.
    """
    octave = 1 << (step.bit_length() - 1)
    looks = next((many for many in PER_OCTAVE if many * price <= SHARE * octave), PER_OCTAVE[-1])
    return step % max(1, octave // looks) == 0


def looked_at(steps: int, price: float) -> Iterator[int]:
    """Yield those of the first so many steps that are looked at."""
    return (step for step in range(1, steps + 1) if is_looked_at(step, price))

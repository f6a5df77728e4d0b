"""Batch normalisation as Ioffe & Szegedy 2015 give it, algorithm 1, its gradients and its moving averages.

Every feature (column) is normalised for itself over the rows of a mini-batch. Held equal to Keras'
layer by a test.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
EPSILON = 1e-3
"""Keras' default; it keeps the division safe where all values of a mini-batch are equal."""
MOMENTUM = 0.99
"""Keras' default: the share of the old moving average that is kept."""


@dataclass(frozen=True, eq=False)
class Normalised:
    """A mini-batch after each step of the algorithm.

    Attributes:
        mean, variance: μ and σ², (features,).
        normalised, output: x̂ and y, (m, features).
    """

    mean: Floats
    variance: Floats
    normalised: Floats
    output: Floats


@dataclass(frozen=True, eq=False)
class Gradients:
    """What the loss changes by: with the inputs (m, features), with γ and β (features,)."""

    inputs: Floats
    gamma: Floats
    beta: Floats


@dataclass(frozen=True, eq=False)
class Moving:
    """The mean and variance that inference uses, (features,); training begins with 0 and 1."""

    mean: Floats
    variance: Floats

    @classmethod
    def start(cls, features: int) -> "Moving":
        return cls(np.zeros(features), np.ones(features))

    def updated(self, batch: Normalised, momentum: float = MOMENTUM) -> "Moving":
        """Return the averages after one more mini-batch: momentum × old + (1 − momentum) × new."""
        return Moving(
            momentum * self.mean + (1 - momentum) * batch.mean,
            momentum * self.variance + (1 - momentum) * batch.variance,
        )


def batch_norm(x: Floats, gamma: Floats, beta: Floats, epsilon: float = EPSILON) -> Normalised:
    """Return the mini-batch `x` (m, features) normalised, scaled by γ and shifted by β (features,)."""
    mean = x.sum(axis=0) / len(x)
    centred = x - mean
    variance = _sums(centred, centred) / len(x)
    normalised = centred / np.sqrt(variance + epsilon)
    return Normalised(mean, variance, normalised, gamma * normalised + beta)


def gradients(upstream: Floats, batch: Normalised, gamma: Floats, epsilon: float = EPSILON) -> Gradients:
    """Return the gradients, given that of the loss by y, `upstream` (m, features).

    Ioffe & Szegedy 2015, section 3: μ and σ² depend on every input of the mini-batch too.
    """
    by_gamma, by_beta = _sums(upstream, batch.normalised), upstream.sum(axis=0)
    centred = upstream - by_beta / len(upstream) - batch.normalised * (by_gamma / len(upstream))
    return Gradients(centred * (gamma / np.sqrt(batch.variance + epsilon)), by_gamma, by_beta)


def _sums(a: Floats, b: Floats) -> Floats:
    """Return the sum of a × b (m, features) over the mini-batch, (features,)."""
    sums: Floats = np.einsum("ij,ij->j", a, b)
    return sums

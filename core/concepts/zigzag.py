"""Why inputs that are all positive make a neuron's weights zig-zag (LeCun et al. 1998, section 4.3).

A linear neuron w · x with two weights learns from one image after the other, or from the mean of a few. The
gradient by each weight is error × its input: with positive inputs, one image moves both weights the same
way.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.concepts.activations import activate

Floats = NDArray[np.float64]
Inputs = Literal["sigmoid", "tanh"]
GOAL = np.array([1.5, -1.5])
"""The weights that make no error: from the start one must grow and the other shrink."""
START = np.array([-1.5, 1.5])
EXAMPLES = 400


@dataclass(frozen=True, eq=False)
class Path:
    """The way of two weights.

    Attributes:
        weights: before the first and after each step, (steps + 1, 2).
        together: share of the steps that moved both weights up, or both down.
        loss: half the mean squared error over all examples at the end.
    """

    weights: Floats
    together: float
    loss: float


def inputs(kind: Inputs, seed: int = 0) -> Floats:
    """Return what the neuron reads: activations of the same normal numbers (σ = 1.5), (400, 2)."""
    return activate(kind, np.random.default_rng(seed).normal(0, 1.5, (EXAMPLES, 2))).astype(np.float64)


def walk(kind: Inputs, rate: float, batch: int, steps: int, seed: int = 0) -> Path:
    """Return the path from `START`, each step along the mean gradient of `batch` examples."""
    x = inputs(kind, seed)
    order = np.random.default_rng(seed + 1).integers(0, EXAMPLES, (steps, batch))
    weights = [START]
    for chosen in x[order]:
        error = chosen @ (weights[-1] - GOAL)
        weights.append(weights[-1] - rate * error @ chosen / batch)
    path = np.array(weights)
    moves = np.diff(path, axis=0)
    return Path(path, float(np.mean(moves[:, 0] * moves[:, 1] > 0)), float(surface(x, path[-1])))


def surface(x: Floats, weights: Floats) -> Floats:
    """Return half the mean squared error over examples x (n, 2), at weights (…, 2)."""
    off = weights - GOAL
    second: Floats = x.T @ x / len(x)
    loss: Floats = np.einsum("...i,ij,...j->...", off, second, off) / 2
    return loss

"""The path that an optimizer takes down a surface, its gradients exact or as noisy as a mini-batch's."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.concepts.optimizers import initial, update
from core.concepts.surfaces import Point, Surface
from core.model.optimizers import Optimizer

Floats = NDArray[np.float64]
FAR = 5
"""A path ends once it is so many pictures away from the middle of the picture."""


@dataclass(frozen=True, eq=False)
class Path:
    """Where an optimizer has been.

    Attributes:
        points: before the first and after each update, (n + 1, 2); all finite.
        losses: J at these points, (n + 1,).
        lost: the update after which the path stayed outside the picture, or None where it ends inside.
    """

    points: Floats
    losses: Floats
    lost: int | None


def descend(
    surface: Surface, start: Point, settings: Optimizer, steps: int, noise: float = 0.0, seed: int = 0
) -> Path:
    """Return the path of at most `steps` updates; it ends early where it runs away (`FAR`).

    Args:
        noise: standard deviation of what is added to each part of each gradient, as a share of the
            length of the gradient at the start; 0 for the exact gradient.
        seed: the same noise for the same seed, whatever the optimizer.
    """
    spread = noise * float(np.hypot(*surface.gradient(*start)))
    errors = spread * np.random.default_rng(seed).standard_normal((steps, 2))
    state = initial(settings, np.array(start, np.float64))
    points = [state.weights]
    for error in errors:
        state = update(settings, state, np.array(surface.gradient(*state.weights.tolist())) + error)
        points.append(state.weights)
        if _far(surface, *state.weights.tolist()):
            break
    return _path(surface, np.array(points))


def _far(surface: Surface, x: float, y: float) -> bool:
    (left, bottom), (right, top) = surface.low, surface.high
    return abs(x - (left + right) / 2) > FAR * (right - left) or abs(y - (bottom + top) / 2) > FAR * (
        top - bottom
    )


def _path(surface: Surface, points: Floats) -> Path:
    inside = np.flatnonzero(surface.shows(points))
    last = int(inside[-1]) if len(inside) else 0
    losses = np.asarray(surface.value(points[:, 0], points[:, 1]), np.float64)
    return Path(points, losses, last + 1 if last + 1 < len(points) else None)


def distance(surface: Surface, point: Floats) -> float:
    """Return how far a point (2,) is from the nearest minimum."""
    return float(np.linalg.norm(np.array(surface.minima) - point, axis=1).min())

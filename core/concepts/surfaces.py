"""Two-dimensional surfaces to walk down: each is lowest where its value is 0."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.model.optimizers import SGD, Adagrad, Lion, Momentum, Nesterov, Optimizer

Floats = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Surface:
    """A function J of two weights x and y, with its gradient and the part of it that is shown.

    Attributes:
        formula: J(x, y) in LaTeX.
        about: what to learn from it, in a sentence.
        value, gradient: J and (∂J/∂x, ∂J/∂y) of two numbers or two arrays of equal shape.
        minima: all points with J = 0.
        low, high: corners of the picture.
        starts: where a walk can begin.
        rates: learning rates that suit it: of gradient steps (SGD, momentum), of Adagrad, of the others.
    """

    formula: str
    about: str
    value: Callable[[Any, Any], Any] = field(repr=False)
    gradient: Callable[[Any, Any], tuple[Any, Any]] = field(repr=False)
    minima: tuple[Point, ...]
    low: Point
    high: Point
    starts: tuple[Point, Point, Point]
    rates: tuple[float, float, float]

    def rate(self, settings: Optimizer) -> float:
        """Return the learning rate that suits the kind of optimizer here."""
        steps, adagrad, adaptive = self.rates
        match settings:
            case SGD() | Momentum() | Nesterov():
                return steps
            case Adagrad():
                return adagrad
            case Lion():
                return adaptive / 4  # each of its steps is a whole one, also beside the minimum
            case _:
                return adaptive

    def shows(self, points: Floats) -> NDArray[np.bool_]:
        """Return whether points (…, 2) lie within the picture, (…)."""
        inside: NDArray[np.bool_] = np.all((points >= self.low) & (points <= self.high), axis=-1)
        return inside

    def grid(self, size: int = 71) -> tuple[Floats, Floats, Floats]:
        """Return the picture's x (size,), its y (size,) and J there, (size, size), a row for each y."""
        x, y = (np.linspace(low, high, size) for low, high in zip(self.low, self.high, strict=True))
        values: Floats = np.asarray(self.value(*np.meshgrid(x, y)), np.float64)
        return x, y, values


CURVATURE = 100.0
"""How much more steeply the ravine rises across than along it: the condition number of its Hessian."""


def _ravine(x: Any, y: Any) -> Any:
    return (x * x + CURVATURE * y * y) / 2


def _ravine_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return x, CURVATURE * y


def _saddle(x: Any, y: Any) -> Any:
    return x * x + (y * y / 2 - 1) ** 2


def _saddle_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return 2 * x, 2 * y * (y * y / 2 - 1)


def _beale_parts(x: Any, y: Any) -> tuple[Any, Any, Any]:
    return 1.5 - x + x * y, 2.25 - x + x * y**2, 2.625 - x + x * y**3


def _beale(x: Any, y: Any) -> Any:
    a, b, c = _beale_parts(x, y)
    return a * a + b * b + c * c


def _beale_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b, c = _beale_parts(x, y)
    by_x = 2 * (a * (y - 1) + b * (y**2 - 1) + c * (y**3 - 1))
    return by_x, 2 * x * (a + 2 * b * y + 3 * c * y**2)


def _rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2


def _rosenbrock_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


def _himmelblau(x: Any, y: Any) -> Any:
    return (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2


def _himmelblau_gradient(x: Any, y: Any) -> tuple[Any, Any]:
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


SURFACES: dict[str, Surface] = {
    "Ravine": Surface(
        formula=r"J(x, y) = \tfrac{1}{2}\,(x^2 + 100\,y^2)",
        about="100 times steeper across than along: plain steps jump from wall to wall and creep along the "
        "floor.",
        value=_ravine,
        gradient=_ravine_gradient,
        minima=((0.0, 0.0),),
        low=(-10.0, -1.5),
        high=(4.0, 1.5),
        starts=((-9.0, 1.0), (-9.0, 0.0), (3.0, -1.2)),
        rates=(0.013, 1.0, 0.2),
    ),
    "Saddle": Surface(
        formula=r"J(x, y) = x^2 + \left(\tfrac{1}{2}\,y^2 - 1\right)^2",
        about="In the middle the surface is level, though it falls to both sides: how soon does a path "
        "find the way down? Start B lies exactly on the ridge, where only noise can push it off.",
        value=_saddle,
        gradient=_saddle_gradient,
        minima=((0.0, 2**0.5), (0.0, -(2**0.5))),
        low=(-2.0, -2.4),
        high=(2.0, 2.4),
        starts=((-1.6, 0.01), (-1.6, 0.0), (1.6, -2.2)),
        rates=(0.03, 0.3, 0.05),
    ),
    "Beale": Surface(
        formula=r"\begin{gathered} J(x, y) = (1.5 - x + xy)^2 \; + \\"
        r"(2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2 \end{gathered}",
        about="A wide plain between cliffs: gradients differ by powers of ten from place to "
        "place. Start C stands on a cliff, where plain steps are thrown far away.",
        value=_beale,
        gradient=_beale_gradient,
        minima=((3.0, 0.5),),
        low=(-4.5, -4.5),
        high=(4.5, 4.5),
        starts=((1.0, 1.5), (-2.0, -1.0), (3.5, -1.5)),
        rates=(0.003, 1.0, 0.1),
    ),
    "Rosenbrock": Surface(
        formula=r"J(x, y) = (1 - x)^2 + 100\,(y - x^2)^2",
        about="A bent ravine: its floor is found at once, its lowest point takes long. Start C lies "
        "high on its wall.",
        value=_rosenbrock,
        gradient=_rosenbrock_gradient,
        minima=((1.0, 1.0),),
        low=(-2.0, -1.0),
        high=(2.0, 3.0),
        starts=((-1.2, 1.0), (0.0, 2.5), (1.8, -0.5)),
        rates=(0.001, 1.0, 0.1),
    ),
    "Himmelblau": Surface(
        formula=r"J(x, y) = (x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        about="Four equally deep valleys: from one start, different optimizers may end in different ones.",
        value=_himmelblau,
        gradient=_himmelblau_gradient,
        minima=((3.0, 2.0), (-2.80511808, 3.13131252), (-3.77931025, -3.28318599), (3.58442834, -1.84812653)),
        low=(-5.0, -5.0),
        high=(5.0, 5.0),
        starts=((0.0, 0.0), (-0.5, -4.5), (-4.5, 0.5)),
        rates=(0.005, 1.0, 0.1),
    ),
}
"""Beale 1958; Rosenbrock 1960; Himmelblau 1972. The saddle is bounded below, so that paths can end."""

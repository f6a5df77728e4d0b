"""The activation functions a layer can have, and their derivatives, as Keras computes them."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf, expit

from core.model.layers import Activation

Floats = NDArray[np.floating]
SLOPE = 0.01
"""The presentation's slope of leaky ReLU left of zero."""


@dataclass(frozen=True)
class Function:
    """An activation g and its derivative g′; both take inputs and leaky ReLU's slope, any shape, any float.

    Attributes:
        formula, derived: g(x) and g′(x) in LaTeX.
    """

    value: Callable[[Floats, float], Floats]
    derivative: Callable[[Floats, float], Floats]
    formula: str
    derived: str


def activate(kind: Activation, x: Floats, slope: float = SLOPE) -> Floats:
    """Return g(x) of each number, in the same shape and type. Only leaky ReLU uses `slope`."""
    return FUNCTIONS[kind].value(x, slope).astype(x.dtype, copy=False)


def derivative(kind: Activation, x: Floats, slope: float = SLOPE) -> Floats:
    """Return g′(x) of each number, in the same shape and type; at a kink that of the left side."""
    return FUNCTIONS[kind].derivative(x, slope).astype(x.dtype, copy=False)


def _relu(x: Floats, slope: float) -> Floats:
    return np.maximum(x, 0)


def _leaky_relu(x: Floats, slope: float) -> Floats:
    value: Floats = np.maximum(x, slope * x)
    return value


def _step(x: Floats, left: float) -> Floats:
    return np.maximum(x > 0, x.dtype.type(left))


def _elu(x: Floats, slope: float) -> Floats:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


def _elu_derivative(x: Floats, slope: float) -> Floats:
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


def _normal_share(x: Floats) -> Floats:
    """Return Φ(x), the share of a standard normal distribution below x."""
    share: Floats = (1 + erf(x / np.sqrt(2))) / 2
    return share


def _gelu_derivative(x: Floats, slope: float) -> Floats:
    density: Floats = np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
    return _normal_share(x) + x * density


def _sigmoid(x: Floats, slope: float) -> Floats:
    value: Floats = expit(x)
    return value


def _sigmoid_derivative(x: Floats, slope: float) -> Floats:
    share = _sigmoid(x, slope)
    return share * (1 - share)


def _silu_derivative(x: Floats, slope: float) -> Floats:
    share = _sigmoid(x, slope)
    return share * (1 + x * (1 - share))


FUNCTIONS: dict[Activation, Function] = {
    "sigmoid": Function(
        _sigmoid,
        _sigmoid_derivative,
        r"g(x) = \frac{1}{1 + e^{-x}}",
        r"g'(x) = g(x)\,(1 - g(x))",
    ),
    "tanh": Function(
        lambda x, slope: np.tanh(x),
        lambda x, slope: 1 - np.tanh(x) ** 2,
        r"g(x) = \tanh(x)",
        r"g'(x) = 1 - g(x)^2",
    ),
    "relu": Function(
        _relu,
        lambda x, slope: _step(x, 0.0),
        r"g(x) = \max(0, x)",
        r"g'(x) = 1 \text{ if } x > 0, \text{ else } 0",
    ),
    "leaky_relu": Function(
        _leaky_relu,
        _step,
        r"g(x) = \max(0.01\,x,\; x)",
        r"g'(x) = 1 \text{ if } x > 0, \text{ else } 0.01",
    ),
    "elu": Function(
        _elu,
        _elu_derivative,
        r"g(x) = x \text{ if } x > 0, \text{ else } e^x - 1",
        r"g'(x) = 1 \text{ if } x > 0, \text{ else } e^x",
    ),
    "gelu": Function(
        lambda x, slope: x * _normal_share(x),
        _gelu_derivative,
        r"g(x) = x\,\Phi(x)",
        r"g'(x) = \Phi(x) + x\,\varphi(x)",
    ),
    "silu": Function(
        lambda x, slope: x * expit(x),
        _silu_derivative,
        r"g(x) = x\,\sigma(x)",
        r"g'(x) = \sigma(x)\,(1 + x\,(1 - \sigma(x)))",
    ),
}
"""GELU is the exact one, with Φ the normal distribution and φ its density (Hendrycks & Gimpel 2016), not
its approximation by tanh; σ is the sigmoid. Keras takes the same by default."""

"""The update rules of gradient descent, as Keras 3 computes them, step by step and without Keras."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.model.optimizers import (
    SGD,
    Adagrad,
    Adam,
    AdamW,
    Lion,
    Momentum,
    Nadam,
    Nesterov,
    Optimizer,
    RMSprop,
)

Floats = NDArray[np.float64]


class State(NamedTuple):
    """Weights and what an optimizer remembers of them; all arrays have the shape of the weights.

    Attributes:
        first: the velocity of momentum, Nesterov and RMSprop, or the mean of gradients m of Adam and Lion.
        second: the sum (Adagrad) or running mean (RMSprop, Adam, Nadam) of squared gradients.
        steps: updates so far.
        product: of Nadam's momenta so far.
    """

    weights: Floats
    first: Floats
    second: Floats
    steps: int
    product: float = 1.0


def initial(settings: Optimizer, weights: Floats) -> State:
    """Return the state before the first update."""
    zero = np.zeros_like(weights)
    filled = settings.initial_accumulator_value if isinstance(settings, Adagrad) else 0.0
    return State(weights, zero, zero + filled, 0)


def update(settings: Optimizer, state: State, gradient: Floats) -> State:
    """Return the state after one more update along a gradient of the shape of the weights."""
    gradient = _clipped(settings.clip_norm, gradient)
    state = state._replace(weights=state.weights * (1 - settings.weight_decay * settings.learning_rate))
    match settings:
        case SGD():
            return _moved(state, settings.learning_rate * gradient)
        case Momentum() | Nesterov():
            return _momentum(settings, state, gradient)
        case Adagrad():
            return _adagrad(settings, state, gradient)
        case RMSprop():
            return _rmsprop(settings, state, gradient)
        case Adam() | AdamW():
            return _adam(settings, state, gradient)
        case Nadam():
            return _nadam(settings, state, gradient)
        case Lion():
            return _lion(settings, state, gradient)


def _clipped(longest: float, gradient: Floats) -> Floats:
    """Pascanu, Mikolov & Bengio 2013, section 3.2; 0 leaves every gradient as it is."""
    length = float(np.linalg.norm(gradient))
    return gradient * (longest / length) if 0 < longest < length else gradient


def _moved(state: State, change: Floats, first: Floats | None = None, second: Floats | None = None) -> State:
    return State(
        state.weights - change,
        state.first if first is None else first,
        state.second if second is None else second,
        state.steps + 1,
    )


def _momentum(settings: Momentum | Nesterov, state: State, gradient: Floats) -> State:
    """Polyak 1964; Nesterov's look ahead in the form of Sutskever et al. 2013, section 2."""
    push = settings.learning_rate * gradient
    velocity = settings.momentum * state.first + push
    change = settings.momentum * velocity + push if isinstance(settings, Nesterov) else velocity
    return _moved(state, change, velocity)


def _adagrad(settings: Adagrad, state: State, gradient: Floats) -> State:
    """Duchi, Hazan & Singer 2011."""
    total = state.second + gradient**2
    change = settings.learning_rate * gradient / np.sqrt(total + settings.epsilon)
    return _moved(state, change, second=total)


def _rmsprop(settings: RMSprop, state: State, gradient: Floats) -> State:
    """Tieleman & Hinton 2012, lecture 6.5; with momentum on the scaled step as in Keras."""
    mean = settings.rho * state.second + (1 - settings.rho) * gradient**2
    change = settings.learning_rate * gradient / np.sqrt(mean + settings.epsilon)
    velocity = settings.momentum * state.first + change
    return _moved(state, velocity, velocity, mean)


def _adam(settings: Adam | AdamW, state: State, gradient: Floats) -> State:
    """Kingma & Ba 2015, in the order of the end of section 2, where ε stands beside √v, not √v̂."""
    step = state.steps + 1
    mean = settings.beta_1 * state.first + (1 - settings.beta_1) * gradient
    square = settings.beta_2 * state.second + (1 - settings.beta_2) * gradient**2
    rate = settings.learning_rate * np.sqrt(1 - settings.beta_2**step) / (1 - settings.beta_1**step)
    return _moved(state, rate * mean / (np.sqrt(square) + settings.epsilon), mean, square)


def _nadam(settings: Nadam, state: State, gradient: Floats) -> State:
    """Dozat 2015, algorithm 8 with bias correction; the momentum rises to β₁ within the first steps."""
    step = state.steps + 1
    now, following = (settings.beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
    past = state.product * now
    mean = settings.beta_1 * state.first + (1 - settings.beta_1) * gradient
    square = settings.beta_2 * state.second + (1 - settings.beta_2) * gradient**2
    ahead = following * mean / (1 - past * following) + (1 - now) * gradient / (1 - past)
    scale = np.sqrt(square / (1 - settings.beta_2**step)) + settings.epsilon
    moved = _moved(state, settings.learning_rate * ahead / scale, mean, square)
    return moved._replace(product=past)


def _lion(settings: Lion, state: State, gradient: Floats) -> State:
    """Chen et al. 2023, algorithm 2: the sign of a mean decides, which is kept with another share."""
    blend = settings.beta_1 * state.first + (1 - settings.beta_1) * gradient
    mean = settings.beta_2 * state.first + (1 - settings.beta_2) * gradient
    return _moved(state, settings.learning_rate * np.sign(blend), mean)

"""How ReLU units die in a training whose steps are too large, and leaky ReLU's do not."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, Network, forward, hidden, initial, train
from core.concepts.sample import TRAINED_ON, sample
from core.model.layers import Activation

HIDDEN = (64, 64)
STEPS = 160
BATCH = 32
EVERY = 20
"""The units are counted each so many steps."""
SHOWN = 500
"""Images on which they are counted."""
RATES = (0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 1.0, 2.0)


@dataclass(frozen=True, eq=False)
class Death:
    """A training and what became of its hidden units.

    Attributes:
        steps: when they were counted, (n,).
        off: share of the hidden units whose weighted sum is negative for every image, (n,). Of ReLU these
            give zero and pass no gradient: they are dead.
        losses: of each step's mini-batch, (steps,).
        accuracy: on the counted images with the last network; NaN where the training diverged.
    """

    steps: NDArray[np.int64]
    off: NDArray[np.float64]
    losses: NDArray[np.float64]
    accuracy: float


def dying(activation: Activation, rate: float, seed: int) -> Death:
    """Return a training of 160 steps by plain gradient descent on 2,000 real digits, batches of 32."""
    design = Design(hidden=HIDDEN, activation=activation)
    images, labels = sample()
    counted, known = sample(TRAINED_ON, SHOWN)
    steps, off, losses, accuracy = [], [], [], np.nan
    training = train(
        design, initial(design, seed), images, labels, rate=rate, steps=STEPS, batch=BATCH, seed=seed
    )
    for step in training:
        losses.append(step.loss)
        if step.number % EVERY == 0:
            steps.append(step.number)
            off.append(_off(design, step.network, counted))
        if step.number == STEPS:
            digits = forward(design, step.network, counted)[-1].outputs.argmax(axis=1)
            accuracy = float(np.mean(digits == known))
    return Death(np.array(steps), np.array(off), np.array(losses[:STEPS]), accuracy)


def _off(design: Design, network: Network, images: NDArray[np.float32]) -> float:
    """Return the share of hidden units that are off for every image."""
    most = [made.received.max(axis=0) for made in hidden(design, network, images)]
    return float(np.mean(np.concatenate(most) <= 0))

"""Gradient descent on pixels in 0…1 and in 0…255: the same network, weights, batches and steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, forward, initial, train
from core.concepts.sample import TRAINED_ON, sample

DESIGN = Design(hidden=(32,))
STEPS = 150
BATCH = 32
SHOWN = 1000
LARGEST = 255.0


@dataclass(frozen=True, eq=False)
class Descent:
    """A training.

    Attributes:
        losses: of each step's mini-batch, (steps,); shorter where the training diverged.
        accuracy: on 1,000 other digits at the end; NaN where the training diverged.
    """

    losses: NDArray[np.float64]
    accuracy: float


def descent(largest: float, rate: float, seed: int) -> Descent:
    """Return a training on pixels from 0 to `largest`: 150 steps of plain gradient descent, batches of 32."""
    images, labels = sample(largest=largest)
    losses, accuracy = [], np.nan
    training = train(
        DESIGN, initial(DESIGN, seed), images, labels, rate=rate, steps=STEPS, batch=BATCH, seed=seed
    )
    for step in training:
        losses.append(step.loss)
        if step.number == STEPS:
            shown, known = sample(TRAINED_ON, SHOWN, largest)
            digits = forward(DESIGN, step.network, shown)[-1].outputs.argmax(axis=1)
            accuracy = float(np.mean(digits == known))
    return Descent(np.array(losses[:STEPS]), accuracy)

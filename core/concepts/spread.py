"""What a layer's activation receives while the network trains, with and without batch normalisation.

Ioffe & Szegedy 2015, figure 1, drew the same of a network with three sigmoid layers.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, Network, hidden, initial, train
from core.concepts.sample import TRAINED_ON, sample
from core.model.layers import Activation

HIDDEN = (32, 32, 32)
STEPS = 160
BATCH = 32
EVERY = 10
SHOWN = 100
"""Images whose values are taken, always the same."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, eq=False)
class Spread:
    """A training and the values in it.

    Attributes:
        steps: when the values were taken, (n,).
        quantiles: of what each hidden layer's activation received, over all units and images,
            (n, layers, 5).
        losses: of each step's mini-batch, (steps,); shorter where the training diverged.
    """

    steps: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    losses: NDArray[np.float64]


def spread(design: Design, rate: float, seed: int) -> Spread:
    """Return a training of 160 steps on 2,000 real digits by plain gradient descent, batches of 32."""
    images, labels = sample()
    shown, _ = sample(TRAINED_ON, SHOWN)
    steps, quantiles, losses = [], [], []
    training = train(
        design, initial(design, seed), images, labels, rate=rate, steps=STEPS, batch=BATCH, seed=seed
    )
    for step in training:
        losses.append(step.loss)
        if step.number % EVERY == 0:
            steps.append(step.number)
            quantiles.append(_quantiles(design, step.network, shown))
    return Spread(np.array(steps), np.array(quantiles), np.array(losses[:STEPS]))


def with_and_without(activation: Activation, rate: float, seed: int) -> tuple[Spread, Spread]:
    """Return the same training with batch normalisation and without it, from the same initial weights."""
    design = Design(hidden=HIDDEN, activation=activation, init="glorot")
    return spread(replace(design, batch_norm=True), rate, seed), spread(design, rate, seed)


def _quantiles(design: Design, network: Network, images: NDArray[np.float32]) -> NDArray[np.float64]:
    received = np.stack([made.received.ravel() for made in hidden(design, network, images)])
    return np.quantile(received, QUANTILES, axis=1).T.astype(np.float64)

"""A small network that reads digits, trained within the first visit; the pages on ideas ask it."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import Design, Network, forward, initial, train
from core.concepts.sample import sample

DESIGN = Design(hidden=(64,))
STEPS, BATCH, RATE = 300, 32, 0.1


@lru_cache(maxsize=1)
def trained() -> Network:
    """Return a network of 64 hidden units after 300 steps on 2,000 real digits; the same each time."""
    images, labels = sample()
    steps = train(DESIGN, initial(DESIGN, 0), images, labels, rate=RATE, steps=STEPS, batch=BATCH, seed=0)
    return [step.network for step in steps][-1]


def logits_of(image: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return what its last layer gives an image (28, 28) in 0…1, before softmax: (10,)."""
    received = forward(DESIGN, trained(), image.reshape(1, -1).astype(np.float32))[-1].received
    logits: NDArray[np.floating] = received[0]
    return logits

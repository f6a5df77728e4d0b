"""Dropout: random masks, the thinned network that each leaves, and the average of many.

Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov 2014, "Dropout". As in Keras the kept values are
scaled by 1 / (1 − rate) while training, so that nothing is left to do afterwards.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.concepts.network import forward
from core.concepts.reader import DESIGN, trained
from core.concepts.softmax import softmax

Floats = NDArray[np.floating]
Mask = NDArray[np.bool_]
MOST_MASKS = 500


def mask(units: int, rate: float, seed: int) -> Mask:
    """Return which units are kept, (units,): each is dropped with probability `rate`."""
    return np.random.default_rng(seed).random(units) >= rate


def drop(values: Floats, kept: Mask, rate: float) -> Floats:
    """Return values (…, units) with the dropped ones 0 and the kept ones scaled by 1 / (1 − rate)."""
    return np.where(kept, values / (1 - rate), 0).astype(values.dtype)


@dataclass(frozen=True, eq=False)
class Answers:
    """What the small network says of one image.

    Attributes:
        whole: its probabilities without dropout, (10,).
        thinned: those of each thinned network, (masks, 10).
        distance: how far the mean of the first n thinned networks is from the whole one, (masks,): half the
            sum of the absolute differences, 0 (equal) to 1.
    """

    whole: Floats
    thinned: Floats
    distance: Floats


def answers(image: NDArray[np.float32], rate: float, masks: int, seed: int) -> Answers:
    """Return the answers to an image float32 (28, 28) in 0…1 of `masks` networks thinned at random."""
    network = trained()
    hidden, last = forward(DESIGN, network, image.reshape(1, -1))
    kept = np.random.default_rng(seed).random((masks, hidden.outputs.shape[1])) >= rate
    logits = drop(hidden.outputs, kept, rate) @ network[-1].weights + network[-1].bias
    thinned = softmax(logits)
    means = np.cumsum(thinned, axis=0) / np.arange(1, masks + 1)[:, None]
    return Answers(last.outputs[0], thinned, np.abs(means - last.outputs).sum(axis=1) / 2)

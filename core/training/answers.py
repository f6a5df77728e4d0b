"""What a network that is being trained says of images, in batches: as many at once as a batch has parts."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.training.threads import parts

Floats = NDArray[np.float32]
BATCH = 256


@dataclass(frozen=True)
class Validated:
    """Mean loss and accuracy of a network on images, and the probabilities (n, 10) float32 it gave them."""

    loss: float
    accuracy: float
    probabilities: Floats


def answers(model: Any, x: Floats) -> Generator[Floats]:
    """Yield the probabilities (n, 10) float32 that a model gives images (n, 28, 28, 1), batch by batch.

    Whoever leaves off waits for the batches under way only. JAX is asked for one batch at a time: Keras lends
    it the network's variables for each, and a second would find them gone.
    """
    batches = [x[at : at + BATCH] for at in range(0, len(x), BATCH)]
    if parts() == 1 or keras.backend.backend() != "tensorflow":
        yield from map(model.predict_on_batch, batches)
        return
    model.make_predict_function()  # once, not in each thread
    with ThreadPoolExecutor(parts()) as pool:
        yield from pool.map(model.predict_on_batch, batches)


def predict(model: Any, x: Floats) -> Floats:
    """Return the probabilities (n, 10) float32 that a model gives images (n, 28, 28, 1)."""
    return np.concatenate([np.asarray(answer, np.float32) for answer in answers(model, x)])


def validated(
    model: Any, x: Floats, y: Floats, after: Callable[[int], None] = lambda batch: None
) -> Validated:
    """Return what a compiled model comes to on images and labels (n, 10), as Keras' `evaluate` does.

    Args:
        after: told the number of each batch that is done; what it raises ends it.
    """
    said = []
    with closing(answers(model, x)) as batches:
        for batch, answer in enumerate(batches):
            said.append(answer)
            after(batch)
    probabilities = np.concatenate(said)
    loss = model.compute_loss(x=None, y=y, y_pred=probabilities, training=False)
    right = probabilities.argmax(axis=1) == y.argmax(axis=1)
    return Validated(float(loss), float(right.mean()), probabilities)

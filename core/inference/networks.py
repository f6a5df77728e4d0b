"""Saved networks in memory, and their answers; runs in a worker of the second lane or in the terminal."""

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError, NoNetworkError
from core.inference.weights import built
from core.runs.artifacts import MODEL
from core.runs.store import RunStore

Floats = NDArray[np.float32]
BATCH = 256


@lru_cache(maxsize=1)
def store_at(url: str) -> RunStore:
    """Return this worker's store at an address, opened once."""
    return RunStore(url)


@lru_cache(maxsize=8)
def network(url: str, run_id: str, ended_at: float) -> Any:
    """Return the network of a run with its kept weights, a compiled `keras.Sequential` (see `weights`).

    Args:
        url: the store's.
        ended_at: of the run, since its weights may change until then; it only tells one time from another.

    Raises:
        DataError: the run has no model, it is damaged or another network than the run's.
        StoreError: the run is not there, or the store cannot be read.
    """
    run, content = store_at(url).get(run_id), store_at(url).artifact(run_id, MODEL)
    if content is None:
        raise NoNetworkError(run_id)
    return built(run.spec, content, f"The model of run {run_id}")


def probabilities(url: str, run_id: str, ended_at: float, images: Floats) -> Floats:
    """Return what a run's network says of images (n, 28, 28), 0…1: probabilities (n, 10), both float32.

    Raises:
        DataError, StoreError: as in `network`.
    """
    return predict(network(url, run_id, ended_at), images)


def predict(model: Any, images: Floats) -> Floats:
    """Return a network's probabilities (n, 10) for images (n, 28, 28), 0…1; n may be 0.

    Raises:
        DataError: its numbers grow beyond all bounds on the way, so that it says nothing.
    """
    if not len(images):
        return np.zeros((0, 10), np.float32)
    answers = np.concatenate([_answer(model, images[at : at + BATCH]) for at in range(0, len(images), BATCH)])
    if not np.isfinite(answers).all():
        raise DataError("The network does not answer with probabilities: its weights are too large.")
    return answers


def _answer(model: Any, images: Floats) -> Floats:
    """Answer one batch without compiling, which would take longer than a few batches."""
    import keras

    given = keras.ops.convert_to_tensor(images[..., None])
    answer: Floats = keras.ops.convert_to_numpy(model(given, training=False))
    return answer

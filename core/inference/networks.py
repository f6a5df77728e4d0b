"""Saved networks in memory, and their answers; runs in a worker of the second lane or in the terminal."""

import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.inference.loading import load_keras
from core.runs.artifacts import MODEL
from core.runs.store import RunStore

Floats = NDArray[np.float32]
BATCH = 256
_UNREADABLE = (OSError, ValueError, TypeError, KeyError)
"""What Keras may raise on a damaged `.keras` file."""


@lru_cache(maxsize=1)
def _store(url: str) -> RunStore:
    return RunStore(url)


@lru_cache(maxsize=8)
def network(url: str, run_id: str, ended_at: float) -> Any:
    """Return the network of a run with its best weights, a compiled `keras.Sequential`.

    Args:
        url: the store's.
        ended_at: of the run, since its weights may change until then; it only tells one time from another.

    Raises:
        DataError: the run has no model, or it is damaged.
        StoreError: the store cannot be read.
    """
    content = _store(url).artifact(run_id, MODEL)
    if content is None:
        raise DataError(f"The model of run {run_id} is not there: it never ended an epoch, or was removed.")
    load_keras()  # in the terminal; workers have
    return loaded(content, f"The model of run {run_id}")


def loaded(content: bytes, what: str) -> Any:
    """Return the network that the bytes of a `.keras` file hold.

    Raises:
        DataError: they hold none.
    """
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / MODEL
        path.write_bytes(content)
        try:
            return keras.saving.load_model(path)
        except _UNREADABLE as error:
            raise DataError(f"{what} is damaged: train the run again.") from error


def probabilities(url: str, run_id: str, ended_at: float, images: Floats) -> Floats:
    """Return what a run's network says of images (n, 28, 28), 0…1: probabilities (n, 10), both float32.

    Raises:
        DataError, StoreError: as in `network`.
    """
    return predict(network(url, run_id, ended_at), images)


def predict(model: Any, images: Floats) -> Floats:
    """Return a network's probabilities (n, 10) for images (n, 28, 28), 0…1; n may be 0."""
    if not len(images):
        return np.zeros((0, 10), np.float32)
    answers = [_answer(model, images[at : at + BATCH]) for at in range(0, len(images), BATCH)]
    return np.concatenate(answers)


def _answer(model: Any, images: Floats) -> Floats:
    """Answer one batch without compiling, which would take longer than a few batches."""
    import keras

    given = keras.ops.convert_to_tensor(images[..., None])
    answer: Floats = keras.ops.convert_to_numpy(model(given, training=False))
    return answer

"""Which images a network reads wrong, or only just right: all of them, in the order one asks for."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions

Rows = NDArray[np.int64]
Order = Literal["margin", "confidence", "loss"]
_SMALLEST = np.finfo(np.float32).tiny


def picked(
    answers: Predictions, *, true: int | None = None, read: int | None = None, right: bool | None = None
) -> Rows:
    """Return the rows of the images with this true digit, read as that digit, read right or wrong."""
    chosen = np.ones(len(answers.labels), bool)
    if true is not None:
        chosen &= answers.labels == true
    if read is not None:
        chosen &= answers.predicted == read
    if right is not None:
        chosen &= (answers.predicted == answers.labels) == right
    rows: Rows = np.flatnonzero(chosen)
    return rows


def confidence(answers: Predictions) -> NDArray[np.float64]:
    """Return the probability of the digit that was read, (n,)."""
    found: NDArray[np.float64] = answers.probabilities.max(axis=1).astype(np.float64)
    return found


def margin(answers: Predictions) -> NDArray[np.float64]:
    """Return by how much what was read beats what it should beat, (n,).

    Of a mistake that is p(read) − p(true), as the presentation ranks its top errors; of a right answer
    p(read) − p(second).
    """
    p = answers.probabilities.astype(np.float64)
    high = np.sort(p, axis=1)
    own = p[np.arange(len(p)), answers.labels]
    wrong = answers.predicted != answers.labels
    found: NDArray[np.float64] = np.where(wrong, high[:, -1] - own, high[:, -1] - high[:, -2])
    return found


def losses(answers: Predictions) -> NDArray[np.float64]:
    """Return the cross-entropy of each image in nats, (n,)."""
    own = answers.probabilities[np.arange(len(answers.labels)), answers.labels]
    found: NDArray[np.float64] = -np.log(np.maximum(own.astype(np.float64), _SMALLEST))
    return found


def ordered(answers: Predictions, rows: Rows, by: Order, *, rising: bool = False) -> Rows:
    """Return the rows with the largest margin, confidence or loss first; the smallest if `rising`."""
    of = {"margin": margin, "confidence": confidence, "loss": losses}[by]
    values = of(answers)[rows]
    return rows[np.argsort(values if rising else -values, kind="stable")]


def three_highest(answers: Predictions, rows: Rows) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the three most probable digits of each row, int64 (k, 3), and their probabilities (k, 3)."""
    p = answers.probabilities[rows]
    digits = np.argsort(-p, axis=1, kind="stable")[:, :3]
    return digits, np.take_along_axis(p, digits, axis=1)

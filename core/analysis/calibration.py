"""Whether a network is right as often as it is sure: reliability and expected calibration error.

Guo, Pleiss, Sun & Weinberger 2017, "On Calibration of Modern Neural Networks", section 2: fifteen bins of
equal width over the probability of the digit that was read.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions

BINS = 15


@dataclass(frozen=True, eq=False)
class Calibration:
    """The images in bins by the confidence of their answers; an empty bin has NaN.

    Attributes:
        edges: float64 (bins + 1,), from 0 to 1; a bin holds its upper edge.
        counts, right: int64 (bins,), images and right answers.
        confidence, accuracy: float64 (bins,), the mean of the probabilities, and the share that is right.
        error: expected calibration error: the mean of |accuracy − confidence| over all images.
        worst: the largest |accuracy − confidence| of a bin.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    right: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    error: float
    worst: float


def calibration(answers: Predictions, bins: int = BINS) -> Calibration:
    """Return how a network's confidence and its accuracy go together."""
    sure = answers.probabilities.max(axis=1).astype(np.float64)
    right = answers.predicted == answers.labels
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    hits = np.bincount(place, weights=right, minlength=bins)
    with np.errstate(invalid="ignore"):
        confidence = np.bincount(place, weights=sure, minlength=bins) / counts
        accuracy = hits / counts
    gaps = np.abs(accuracy - confidence)
    error = float(np.nansum(counts * gaps) / max(counts.sum(), 1))
    worst = float(np.nanmax(gaps)) if counts.any() else 0.0
    return Calibration(edges, counts, hits.astype(np.int64), confidence, accuracy, error, worst)

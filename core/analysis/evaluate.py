"""What predictions are worth, by scikit-learn and SciPy: confusion matrix, report, worst errors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions

if TYPE_CHECKING:
    import pandas as pd

Normalisation = Literal["counts", "row", "column"]
CLASSES = np.arange(10)


def confusion(predictions: Predictions) -> NDArray[np.int64]:
    """Return counts int64 (10, 10): rows the true, columns the predicted digit."""
    return count_pairs(predictions.labels, predictions.predicted)


def count_pairs(labels: NDArray[np.integer], read: NDArray[np.integer]) -> NDArray[np.int64]:
    """Return counts int64 (10, 10): of true digits (n,) by row, of what they were read as (n,) by column."""
    from sklearn.metrics import confusion_matrix

    matrix: NDArray[np.int64] = confusion_matrix(labels, read, labels=CLASSES)
    return matrix


def most_confused(matrix: NDArray[np.int64], count: int) -> list[tuple[int, int, int]]:
    """Return the most frequent mistakes of counts (10, 10): true digit, what it was read as, how often."""
    wrong = np.where(np.eye(len(matrix), dtype=bool), 0, matrix)
    places = np.argsort(-wrong, axis=None, kind="stable")[:count]
    cells = [(int(place) // len(matrix), int(place) % len(matrix)) for place in places]
    return [(true, read, int(wrong[true, read])) for true, read in cells if wrong[true, read]]


def normalised(matrix: NDArray[np.int64], by: Normalisation) -> NDArray[np.float64]:
    """Return counts, or shares of each row or column, float64 (10, 10); an empty one gives zeros."""
    if by == "counts":
        return matrix.astype(np.float64)
    total = matrix.sum(axis=1 if by == "row" else 0, keepdims=True)
    shares: NDArray[np.float64] = matrix / np.maximum(total, 1)
    return shares


def report(predictions: Predictions) -> "pd.DataFrame":
    """Return scikit-learn's classification report: precision, recall, f1-score and support by digit."""
    import pandas as pd
    from sklearn.metrics import classification_report

    table = classification_report(
        predictions.labels, predictions.predicted, labels=CLASSES, output_dict=True, zero_division=0.0
    )
    accuracy = table.pop("accuracy", None)
    frame = pd.DataFrame(table).T
    if accuracy is not None:
        frame.loc["accuracy"] = [np.nan, np.nan, accuracy, len(predictions.labels)]
    return frame.astype({"support": int})


@dataclass(frozen=True)
class Mistake:
    """One misclassified image.

    Attributes:
        row: its place in the predictions.
        index: its place in the pool of images.
        true, predicted: digits.
        p_true, p_predicted: the network's probabilities for them.
    """

    row: int
    index: int
    true: int
    predicted: int
    p_true: float
    p_predicted: float


def top_errors(predictions: Predictions, count: int = 6) -> list[Mistake]:
    """Return the worst mistakes, ranked as in the presentation by p(predicted) − p(true)."""
    rows = np.flatnonzero(predictions.predicted != predictions.labels)
    p = predictions.probabilities[rows].astype(np.float64)
    true, predicted = predictions.labels[rows].astype(int), predictions.predicted[rows]
    at = np.arange(len(rows))
    p_true, p_predicted = p[at, true], p[at, predicted]
    worst = np.argsort(p_true - p_predicted, kind="stable")[:count]
    return [
        Mistake(
            row=int(rows[i]),
            index=int(predictions.index[rows[i]]),
            true=int(true[i]),
            predicted=int(predicted[i]),
            p_true=float(p_true[i]),
            p_predicted=float(p_predicted[i]),
        )
        for i in worst
    ]

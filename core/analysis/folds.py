"""k-fold cross-validation: means and differences over folds, which share most of their training images.

Their results are not independent, so Student's interval and test would be too sure of themselves. Nadeau and
Bengio (2003, section 4) put the variance of the mean at (1/k + n_val / n_train) s² instead of s² / k.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.analysis.significance import ALPHA, GroupDifference, Spread
from core.errors import DataError
from core.runs.records import Run


def fold_ratio(runs: Sequence[Run]) -> float:
    """Return n_val / n_train, in the mean over runs; they must have results."""
    sizes = [(run.spec.data.images, run.results.val_images) for run in runs if run.results]
    return float(np.mean([validate / max(1, images - validate) for images, validate in sizes]))


def fold_spread(values: Sequence[float], ratio: float) -> Spread:
    """Return mean and interval of one number over at least two folds; `ratio` as in `fold_ratio`."""
    from scipy.stats import t as student  # takes half a second, which the server's start need not wait for

    array = np.asarray(values, np.float64)
    mean, error = float(array.mean()), _error(array, ratio)
    low, high = student.interval(1 - ALPHA, len(array) - 1, mean, error) if error else (mean, mean)
    return Spread(array, mean, float(low), float(high))


def fold_difference(a: Sequence[float], b: Sequence[float], ratio: float) -> GroupDifference:
    """Return the corrected resampled t-test of two recipes, paired fold by fold (Nadeau and Bengio 2003).

    Args:
        a, b: one number for each fold, the same folds in the same order.

    Raises:
        DataError: there are less than two folds, or the difference is the same in all.
    """
    from scipy.stats import t as student

    if len(a) < 2:
        raise DataError("Fewer than two folds were trained with both.")
    differences = np.subtract(b, a, dtype=np.float64)
    mean, error = float(differences.mean()), _error(differences, ratio)
    if np.isclose(error, 0, atol=1e-12):
        raise DataError("The difference is the same in every fold: there is no spread to test against.")
    free = len(differences) - 1
    p = float(2 * student.sf(abs(mean) / error, free))
    low, high = student.interval(1 - ALPHA, free, mean, error)
    return GroupDifference(mean, float(low), float(high), p, p)


def _error(values: NDArray[np.float64], ratio: float) -> float:
    """Return the standard error of the mean of values (k,), corrected."""
    return float(np.sqrt((1 / len(values) + ratio) * values.var(ddof=1)))


def pooled(runs: Sequence[Run], answers: Sequence[Predictions | None]) -> Predictions | None:
    """Return what the networks of all folds say together, each image once; None where a fold is missing.

    Args:
        runs: those of one recipe over folds.
        answers: what each says of its validation images.
    """
    given = [one for one in answers if one is not None]
    if len(given) != runs[0].spec.data.folds:
        return None
    index = np.concatenate([one.index for one in given])
    labels = np.concatenate([one.labels for one in given])
    if len(np.unique(index)) != len(index):
        return None
    return Predictions(index, labels, np.concatenate([one.probabilities for one in given]))

"""Whether repeats made elsewhere are what further repeats would be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.analysis.significance import ALPHA


@dataclass(frozen=True)
class Further:
    """How the mean of other repeats compares with the mean of some.

    Attributes:
        difference: the others' mean minus the mean.
        within: how far from the mean the mean of as many more repeats lies in 95% of cases at most.
    """

    difference: float
    within: float

    @property
    def agrees(self) -> bool:
        return abs(self.difference) <= self.within


def further(values: Sequence[float], others: Sequence[float]) -> Further:
    """Return how far `others` lie from `values`, beside their prediction interval.

    That of the mean of m more values after n is t(n - 1) · s · √(1/n + 1/m): Hahn & Meeker 1991, chapter 4.

    Args:
        values: two or more.
        others: one or more.
    """
    from scipy.stats import t

    n, m = len(values), len(others)
    error = float(np.std(values, ddof=1)) * (1 / n + 1 / m) ** 0.5
    return Further(float(np.mean(others) - np.mean(values)), float(t.ppf(1 - ALPHA / 2, n - 1)) * error)

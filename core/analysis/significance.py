"""Is it real? Two networks on the same images, many pairs at once, and repeats over seeds.

The tests and intervals are statsmodels'; this file puts them on predictions and into a plain verdict.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.errors import DataError

ALPHA = 0.05


@dataclass(frozen=True)
class Flips:
    """What became of each image from network A to network B: rows int64 of the predictions, by outcome.

    The four cells are disjoint and add up to all images.
    """

    both_right: NDArray[np.int64]
    only_a: NDArray[np.int64]
    only_b: NDArray[np.int64]
    both_wrong: NDArray[np.int64]

    @property
    def images(self) -> int:
        return sum(map(len, (self.both_right, self.only_a, self.only_b, self.both_wrong)))


def flips(a: Predictions, b: Predictions) -> Flips:
    """Return the images that both, only A, only B or neither of two networks names rightly.

    Raises:
        DataError: the two were measured on different images.
    """
    if not are_paired(a, b):
        raise DataError(
            "These two runs were measured on different images, so they cannot be compared image by image: "
            "give both the same images, validation share (or fold) and split seed, or compare them on the "
            "test images."
        )
    right_a, right_b = a.predicted == a.labels, b.predicted == b.labels
    cells = (right_a & right_b, right_a & ~right_b, ~right_a & right_b, ~right_a & ~right_b)
    return Flips(*(np.flatnonzero(cell) for cell in cells))


def are_paired(a: Predictions, b: Predictions) -> bool:
    """Return whether two networks were measured on the same images in the same order.

    The same places of two pools with the same labels are taken for the same images; whether the pools are
    the same is for the caller to know (their fingerprints tell).
    """
    return np.array_equal(a.index, b.index) and np.array_equal(a.labels, b.labels)


@dataclass(frozen=True)
class Tested:
    """What B is ahead of A by, and whether that can be chance.

    Attributes:
        difference: accuracy of B minus accuracy of A, as a share.
        low, high: its 95% confidence interval.
        p: the test's two-sided p-value.
        p_adjusted: the same after Holm's correction over all pairs looked at; `p` if there is one pair.
    """

    difference: float
    low: float
    high: float
    p: float
    p_adjusted: float

    @property
    def is_real(self) -> bool:
        return self.p_adjusted < ALPHA


@dataclass(frozen=True)
class Difference(Tested):
    """How network B compares with A on the same images, by McNemar's exact test.

    Attributes:
        images: how many images both answered.
        fixed: images only B has right.
        broken: images only A has right.
    """

    images: int
    fixed: int
    broken: int


@dataclass(frozen=True)
class GroupDifference(Tested):
    """How the mean of group B compares with that of A over seeds, by Welch's test."""


AnyTested = TypeVar("AnyTested", bound=Tested)


def difference(found: Flips) -> Difference:
    """Return McNemar's exact test (McNemar 1947) and the accuracy difference with its interval.

    The interval is Agresti and Min's (2005, section 3): Wald's for paired differences after half an image
    is added to each cell. It holds its level also where few images differ, or nearly all; close to p = 0.05
    the exact test is the stricter of the two.
    """
    from statsmodels.stats.contingency_tables import mcnemar
    from statsmodels.stats.weightstats import DescrStatsW

    fixed, broken, images = len(found.only_b), len(found.only_a), found.images
    same = images - fixed - broken
    p = float(mcnemar([[len(found.both_right), broken], [fixed, len(found.both_wrong)]], exact=True).pvalue)
    scores = DescrStatsW(
        np.array([1.0, -1.0, 0.0]), weights=np.array([fixed + 0.5, broken + 0.5, same + 1.0])
    )
    low, high = scores.zconfint_mean(ALPHA)
    at = (fixed - broken) / images
    return Difference(at, min(at, float(low)), max(at, float(high)), p, p, images, fixed, broken)


def adjusted(found: Sequence[AnyTested]) -> list[AnyTested]:
    """Return the same comparisons with p-values corrected for their number (Holm 1979)."""
    p_values = holm([one.p for one in found])
    return [replace(one, p_adjusted=p) for one, p in zip(found, p_values, strict=True)]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number by Holm's step-down procedure (1979).

    statsmodels has it too, but collects all of a process's garbage at each call: 0.14 s on a page.
    """
    p = np.asarray(p_values, np.float64)
    order = np.argsort(p)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    values: list[float] = corrected.tolist()
    return values


def verdict(found: Difference, a: str, b: str) -> str:
    """Return what a comparison of `a` and `b` comes to, in one plain sentence."""
    images = f"{found.images:,} images"
    if found.fixed == found.broken == 0:
        return f"No difference: {a} and {b} are right and wrong on exactly the same of the {images}."
    if not found.is_real:
        return (
            f"Too close to call on {images}: {b} fixes {found.fixed} that {a} got wrong and breaks "
            f"{found.broken}, {_p(found)}."
        )
    better, worse, fixed, broken = (
        (b, a, found.fixed, found.broken) if found.difference > 0 else (a, b, found.broken, found.fixed)
    )
    return (
        f"{better} is better than {worse}: {fixed} images fixed, {broken} broken, {_p(found)}, "
        f"{abs(found.difference):.2%} more of {images}."
    )


def _p(found: Difference) -> str:
    corrected = " after Holm's correction" if found.p_adjusted != found.p else ""
    return p_value(found.p_adjusted) + corrected


def p_value(p: float) -> str:
    """Return a p-value as papers write it: "p = 0.0009", "p < 0.0001"."""
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}" if p < 0.1 else f"p = {p:.2f}"


@dataclass(frozen=True)
class Spread:
    """What repeats over seeds come to.

    Attributes:
        values: float64 (k,), one for each seed.
        low, high: 95% confidence interval of the mean (Student's t); NaN for a single one.
    """

    values: NDArray[np.float64]
    mean: float
    low: float
    high: float


def spread(values: Sequence[float]) -> Spread:
    """Return mean and interval of one number over repeats."""
    array = np.asarray(values, np.float64)
    if len(array) < 2:
        return Spread(array, float(array.mean()), np.nan, np.nan)
    from statsmodels.stats.weightstats import DescrStatsW

    low, high = DescrStatsW(array).tconfint_mean(ALPHA)
    return Spread(array, float(array.mean()), float(low), float(high))


def group_difference(a: Sequence[float], b: Sequence[float]) -> GroupDifference:
    """Return Welch's t-test (Welch 1947) of two groups of repeats.

    Raises:
        DataError: a group has a single repeat, or no repeat differs from another.
    """
    if min(len(a), len(b)) < 2:
        raise DataError("Each group needs at least two repeats: repeat them with more seeds.")
    if np.ptp(a) == np.ptp(b) == 0:
        raise DataError(
            "All repeats of each group came to the same number: there is no spread to test against."
        )
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    means = CompareMeans(DescrStatsW(np.asarray(b, np.float64)), DescrStatsW(np.asarray(a, np.float64)))
    _, p, _ = means.ttest_ind(usevar="unequal")
    low, high = means.tconfint_diff(ALPHA, usevar="unequal")
    return GroupDifference(float(np.mean(b) - np.mean(a)), float(low), float(high), float(p), float(p))


def group_verdict(found: GroupDifference, a: str, b: str, over: str) -> str:
    """Return what a comparison of two groups comes to, in one plain sentence.

    Args:
        over: what the means are over, such as "3 and 4 seeds".
    """
    better, worse = (b, a) if found.difference > 0 else (a, b)
    by = f"{abs(found.difference):.2%}"
    corrected = " after Holm's correction" if found.p_adjusted != found.p else ""
    p = p_value(found.p_adjusted) + corrected
    if found.is_real:
        return f"{better} is better than {worse}, by {by} in the mean over {over}, {p}."
    return f"Too close to call over {over}: {better} is ahead by {by}, {p}."

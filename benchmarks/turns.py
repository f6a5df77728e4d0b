"""Two ways measured in turn, so that a slow or busy machine does not decide between them."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    """What was measured: the median of `a`, of `b`, or what a share of their times lies below, and the median
    of their ratios pair by pair.

    `unit` is "s" for seconds, "B" for bytes, or "" for counts.
    """

    what: str
    a: float
    b: float
    ratio: float
    unit: str = "s"


def in_turn(
    what: str, a: Callable[[], object], b: Callable[[], object], pairs: int = 7, share: float = 0.5
) -> Row:
    """Measure a and b in turn, after one round that does not count.

    Args:
        share: of the times, how many lie below the two that are given; the median by itself.
    """
    times = [(seconds(a), seconds(b)) for _ in range(pairs + 1)][1:]
    ratios = [first / second for first, second in times]
    first, second = (float(np.quantile(column, share)) for column in zip(*times, strict=True))
    return Row(what, first, second, statistics.median(ratios))


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start

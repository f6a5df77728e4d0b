"""Two ways measured in turn, so that a slow or busy machine does not decide between them."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Row:
    """What was measured: the median of `a`, of `b`, or what a share of their times lies below, and the median
    of their ratios pair by pair.

    `unit` is "s" for seconds, "B" for bytes, "MB" for bytes told in millions, or "" for counts. `spread` is
    the least and the most of the ratios, where there are several.
    """

    what: str
    a: float
    b: float
    ratio: float
    unit: str = "s"
    spread: tuple[float, float] | None = None

    def told(self) -> str:
        """Return the row of the table."""
        spread = f"{self.spread[0]:.2f}–{self.spread[1]:.2f}" if self.spread else ""
        ratio = f"{self.ratio:.2f}" if self.ratio >= 0.1 else f"{self.ratio:.4f}"
        cells = self.what, self._value(self.a), self._value(self.b), ratio, spread
        return f"| {' | '.join(cells)} |"

    def _value(self, value: float) -> str:
        if self.unit == "s":
            return f"{1000 * value:,.1f} ms"
        return f"{value / 1e6:,.0f} MB" if self.unit == "MB" else f"{value:,.0f} {self.unit}".strip()


def in_turn(
    what: str, a: Callable[[], object], b: Callable[[], object], pairs: int = 7, share: float = 0.5
) -> Row:
    """Measure a and b in turn, after one round that does not count.

    Args:
        share: of the times, how many lie below the two that are given; the median by itself.
    """
    times = [(seconds(a), seconds(b)) for _ in range(pairs + 1)][1:]
    return compared(what, times, share)


def compared(what: str, times: Sequence[tuple[float, float]], share: float = 0.5, unit: str = "s") -> Row:
    """Return the row of pairs that were measured in turn."""
    ratios = [first / second for first, second in times]
    first, second = (float(np.quantile(column, share)) for column in zip(*times, strict=True))
    return Row(what, first, second, statistics.median(ratios), unit, (min(ratios), max(ratios)))


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start

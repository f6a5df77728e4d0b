"""Rows of the table: ways measured in turn, so that no slow or busy machine decides, and goals to be met."""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

HEAD = "| what | first | second | ratio | least–most | goal | met |\n|---|---:|---:|---:|---:|---|---|"
MET, MISSED = "yes", "**no**"


@dataclass(frozen=True)
class Goal:
    """What the first value of a row, or its ratio, is to be at most or at least."""

    of: Literal["first", "ratio"]
    sign: Literal["≤", "≥"]
    bound: float

    def is_met(self, value: float) -> bool:
        return bool(value <= self.bound if self.sign == "≤" else value >= self.bound)


def at_most(bound: float) -> Goal:
    return Goal("first", "≤", bound)


def ratio_at_most(bound: float) -> Goal:
    return Goal("ratio", "≤", bound)


def ratio_at_least(bound: float) -> Goal:
    return Goal("ratio", "≥", bound)


@dataclass(frozen=True)
class Row:
    """What was measured: `a`, and where there is another way to compare it with `b`.

    `unit` is "s" for seconds, "B" for bytes, "MB" for bytes told in millions, or "" for counts. `ratios` are
    those of pairs that were measured in turn; then the row's ratio is their median.
    """

    what: str
    a: float
    b: float | None = None
    unit: Literal["s", "B", "MB", ""] = "s"
    ratios: tuple[float, ...] = ()
    goal: Goal | None = None

    @property
    def ratio(self) -> float | None:
        if self.ratios:
            return statistics.median(self.ratios)
        return self.a / self.b if self.b else None

    def told(self) -> str:
        """Return the row of the table."""
        spread = f"{_short(min(self.ratios))}–{_short(max(self.ratios))}" if self.ratios else ""
        ratio = "" if self.ratio is None else _short(self.ratio)
        second = "" if self.b is None else self._value(self.b)
        return f"| {' | '.join((self.what, self._value(self.a), second, ratio, spread, *self._kept()))} |"

    def _kept(self) -> tuple[str, str]:
        """Return the goal, and whether it is met."""
        if self.goal is None:
            return "", ""
        value = self.a if self.goal.of == "first" else self.ratio
        bound = self._value(self.goal.bound) if self.goal.of == "first" else _short(self.goal.bound)
        met = value is not None and self.goal.is_met(value)
        return f"{self.goal.of} {self.goal.sign} {bound}", MET if met else MISSED

    def _value(self, value: float) -> str:
        if self.unit == "s":
            return f"{1000 * value:,.1f} ms" if value < 1 else f"{value:,.2f} s"
        return f"{value / 1e6:,.0f} MB" if self.unit == "MB" else f"{value:,.0f} {self.unit}".strip()


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.4f}"


def in_turn(
    what: str,
    a: Callable[[], object],
    b: Callable[[], object],
    pairs: int = 7,
    share: float = 0.5,
    goal: Goal | None = None,
) -> Row:
    """Measure a and b in turn, after one round that does not count.

    Args:
        share: of the times, how many lie below the two that are given; the median by itself.
    """
    times = [(seconds(a), seconds(b)) for _ in range(pairs + 1)][1:]
    return compared(what, times, share, goal=goal)


def compared(
    what: str, times: Sequence[tuple[float, float]], share: float = 0.5, goal: Goal | None = None
) -> Row:
    """Return the row of pairs of seconds that were measured in turn."""
    first, second = (float(np.quantile(column, share)) for column in zip(*times, strict=True))
    return Row(what, first, second, ratios=tuple(a / b for a, b in times), goal=goal)


def seconds(action: Callable[[], object]) -> float:
    """Return how long an action takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def show(rows: Iterable[Row]) -> None:
    """Print rows as they come: what a part does that is run by itself."""
    for row in rows:
        print(row.told(), flush=True)

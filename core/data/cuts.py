"""Touching digits cut apart along straight, perhaps slanted, lines that cross little ink."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
_WIDE = 1.2
"""Only what is wider than this share of its height is cut: single digits are narrower."""
_SLANTS = (0.0, 0.12, -0.12, 0.25, -0.25, 0.4, -0.4)
_USUAL, _SPREAD = 0.66, 0.22
"""How wide a digit is as a share of its height, and how far from that most are."""
_WORST, _DEARER = 1.5, 3.0
_SLANTED = 0.6
"""A slant costs as much as crossing so many strokes for each unit of it."""
_LOWEST = 0.6
"""A part is at least this share of the whole as high."""
_STEPS = 24
"""Cuts are tried at so many places for each height of width."""


def cut_apart(ink: Floats, stroke: float) -> list[Floats]:
    """Return the digits in ink (h, w) from left to right, each in the same shape; one where it is one digit.

    Of all ways to cut it that with the least sum is taken: of the strokes that the cuts cross, and of what
    each part differs in width from a digit. So wide a mark stays whole only if each of its cuts is through
    more than it gains.

    Args:
        stroke: how wide the strokes are, in pixels.
    """
    high, wide = ink.shape
    if wide < _WIDE * high:
        return [ink]
    columns = np.linspace(0, wide, max(2, round(_STEPS * wide / high)) + 1)
    costs, slants = _crossed(ink, columns, max(stroke, 1))
    cuts = _best(columns / high, costs)
    parts, rest = [], ink
    for at in cuts:
        left = np.arange(wide) < (columns[at] + slants[at] * (np.arange(high) - high / 2))[:, None]
        parts.append(np.where(left, rest, 0))
        rest = np.where(left, 0, rest)
    parts.append(rest)
    return parts if all(_height(part) > _LOWEST * high for part in parts) else [ink]


def _crossed(ink: Floats, columns: Floats, stroke: float) -> tuple[Floats, Floats]:
    """Return for each column the strokes that the best cut through its middle crosses, and its slant."""
    high, wide = ink.shape
    rows = np.arange(high)
    every = []
    for slant in _SLANTS:
        at = np.rint(columns[:, None] + slant * (rows - high / 2)).astype(np.intp)
        inside = (at >= 0) & (at < wide)
        every.append((ink[rows, at.clip(0, wide - 1)] * inside).sum(axis=1) / stroke + _SLANTED * abs(slant))
    costs = np.stack(every)
    return costs.min(axis=0), np.array(_SLANTS)[costs.argmin(axis=0)]


def _best(places: Floats, costs: Floats) -> list[int]:
    """Return which cuts to make: places are in heights, costs in strokes; by dynamic programming."""
    last = len(places) - 1
    least, came = np.full(last + 1, np.inf), np.zeros(last + 1, np.intp)
    least[0] = 0
    for end in range(1, last + 1):
        totals = least[:end] + _odd(places[end] - places[:end])
        came[end] = totals.argmin()
        least[end] = totals.min() + (costs[end] if end < last else 0)
    cuts, at = [], int(came[last])
    while at:
        cuts.append(at)
        at = int(came[at])
    return cuts[::-1]


def _odd(widths: Floats) -> Floats:
    """Return what widths, in heights, differ from a digit's, in strokes that a cut may cross to mend it.

    So many that what is as wide as the widest digits is cut where it hardly hangs together, and not through
    a 0, which takes two strokes; what is wider still, at any cost.
    """
    wide = _WORST + _DEARER * (widths - _WIDE).clip(0) + 2 * _DEARER * (widths - 1.2 * _WIDE).clip(0) ** 2
    odd: Floats = np.minimum(((widths - _USUAL) / _SPREAD) ** 2 / 2, wide)
    return odd


def _height(ink: Floats) -> int:
    rows = np.flatnonzero(ink.max(axis=1) > 0.3)
    return int(np.ptp(rows)) + 1 if rows.size else 0

"""Ink parted into digits in reading order: specks and lines dropped, pieces joined, what touches cut."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, find_objects, label, uniform_filter

from core.data.cuts import cut_apart
from core.data.light import stroke_of
from core.errors import DataError

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
MOST_DIGITS = 60
_FAINT, _SURE = 0.23, 0.54
"""So much ink belongs to a stroke, and so much every digit has somewhere."""
_SMALL, _LARGE = 0.3, 3.5
"""Marks that are lower or higher than these shares of the usual height are no digits."""
_FILLED = 0.95
"""Ink in a mark's box, of all there could be, from which on it is a blot."""


@dataclass(frozen=True, eq=False)
class Digit:
    """A digit: the pixel of the photograph its box begins at, and its ink alone, float32 (h, w) in 0…1."""

    top: int
    left: int
    ink: Floats

    @property
    def height(self) -> int:
        """Pixels from its first row to its last."""
        return int(self.ink.shape[0])

    @property
    def width(self) -> int:
        """Pixels from its first column to its last."""
        return int(self.ink.shape[1])


def find_digits(ink: Floats) -> list[Digit]:
    """Return the digits in ink (h, w) in 0…1, line by line, each from left to right.

    Strokes that nearly touch, or lie above one another, are one digit; what is wide and hangs together is
    several. The darkest of each digit's ink is 1: light and pressure differ.

    Raises:
        DataError: there is none, or there are too many to be digits.
    """
    digits = _plausible(_joined(_marks(ink)), ink.shape)
    digits = [part for digit in digits if not _is_flat(digit) for part in _apart(digit)]
    if not digits:
        raise DataError(
            "No digit is found: write larger or darker, come closer, or say which is the ink, dark or light."
        )
    if len(digits) > MOST_DIGITS:
        raise DataError(
            f"{len(digits)} marks are found, expected at most {MOST_DIGITS} digits: photograph a part of it."
        )
    return _in_lines(digits)


def _marks(ink: Floats) -> list[Digit]:
    """Return what hangs together in ink, or nearly does, and is dark somewhere."""
    strokes = ink > _FAINT
    dark = np.where(strokes, uniform_filter(ink, 3), 0)
    reach = max(1, round(0.3 * stroke_of(strokes)))
    near, _ = label(binary_dilation(strokes, iterations=reach), np.ones((3, 3)))
    marks = []
    for number, place in enumerate(find_objects(near), 1):
        own = near[place] == number
        if dark[place][own].max() > _SURE:
            marks.append(_trimmed(np.where(own, ink[place], 0), place[0].start, place[1].start))
    return marks


def _trimmed(ink: Floats, top: int, left: int) -> Digit:
    """Return ink (h, w), whose corner lies there, without the paper around it, its darkest made 1."""
    full = np.quantile(ink[ink > _FAINT], 0.9)
    rows, columns = (np.flatnonzero((ink > _FAINT).any(axis=axis)) for axis in (1, 0))
    inner = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Digit(int(top + rows[0]), int(left + columns[0]), (inner / full).clip(0, 1).astype(np.float32))


def _plausible(marks: list[Digit], shape: tuple[int, ...]) -> list[Digit]:
    """Return the marks without specks, and without the edges of sheets and shadows."""
    marks = [mark for mark in marks if not _is_line(mark, shape)]
    if not marks:
        return []
    heights = np.sort([mark.height for mark in marks])
    usual = float(heights[np.searchsorted(np.cumsum(heights), heights.sum() / 2)])
    return [mark for mark in marks if _is_digit(mark, usual) and not _is_cut_off(mark, usual, shape)]


def _is_digit(mark: Digit, usual: float) -> bool:
    """Whether a mark is neither a speck, nor a blot, nor much larger than the usual height; a 1 is filled."""
    slim = mark.height > 2 * mark.width
    return max(_SMALL * usual, 6) < mark.height < _LARGE * usual and (slim or mark.ink.mean() < _FILLED)


def _is_cut_off(mark: Digit, usual: float, shape: tuple[int, ...]) -> bool:
    """Whether a mark reaches beyond the picture and does not look like the others: a finger, a desk."""
    inside = 0 < mark.top < shape[0] - mark.height and 0 < mark.left < shape[1] - mark.width
    like = 0.7 * usual < mark.height < 1.5 * usual and mark.ink.mean() < 0.55
    return not inside and not like


def _is_flat(mark: Digit) -> bool:
    """Whether a mark is a straight line that lies more than it stands: a pen, a dash."""
    if mark.width < 1.2 * mark.height:
        return False
    thin, long = np.linalg.eigvalsh(np.cov(np.argwhere(mark.ink > 0.5).T))
    return bool(thin < 0.02 * long)


def _is_line(mark: Digit, shape: tuple[int, ...]) -> bool:
    """Whether a mark is the edge of something, or what is left of a line to write on."""
    long, short = max(mark.height, mark.width), min(mark.height, mark.width)
    edge = long > 0.45 * max(shape) and short < long / 9
    return edge or (mark.width > 4.5 * mark.height and mark.height < shape[0] / 60)


def _joined(marks: list[Digit]) -> list[Digit]:
    """Return marks with those made one that lie above one another, as the bar of a 5 does."""
    joined: list[Digit] = []
    for mark in sorted(marks, key=lambda one: -one.height):
        host = next((at for at, other in enumerate(joined) if _belong(other, mark)), None)
        if host is None:
            joined.append(mark)
        else:
            joined[host] = _together(joined[host], mark)
    return joined


def _belong(large: Digit, small: Digit) -> bool:
    across = min(large.left + large.width, small.left + small.width) - max(large.left, small.left)
    gap = max(large.top, small.top) - min(large.top + large.height, small.top + small.height)
    inside = gap < -0.8 * small.height and across > 0.8 * small.width
    below = across > 0.5 * min(large.width, small.width) and gap < 0.25 * large.height
    return inside or (below and small.height < 0.5 * large.height and small.width < 1.3 * large.width)


def _together(one: Digit, other: Digit) -> Digit:
    both = one, other
    top, left = min(mark.top for mark in both), min(mark.left for mark in both)
    bottom = max(mark.top + mark.height for mark in both)
    right = max(mark.left + mark.width for mark in both)
    ink = np.zeros((bottom - top, right - left), np.float32)
    for mark in both:
        here = ink[mark.top - top :, mark.left - left :][: mark.height, : mark.width]
        np.maximum(here, mark.ink, out=here)
    return Digit(top, left, ink)


def _apart(digit: Digit) -> list[Digit]:
    parts = cut_apart(digit.ink, stroke_of(digit.ink > 0.5))
    return [digit] if len(parts) == 1 else [_trimmed(part, digit.top, digit.left) for part in parts]


def _in_lines(digits: list[Digit]) -> list[Digit]:
    """Return digits in reading order; a line goes on with what is beside its last one: it may be slanted."""
    lines: list[list[Digit]] = []
    for digit in sorted(digits, key=lambda one: one.left):
        middle = _middle(digit)
        near = [
            line
            for line in lines
            if abs(_middle(line[-1]) - middle) < 0.55 * max(line[-1].height, digit.height)
        ]
        if near:
            min(near, key=lambda line: abs(_middle(line[-1]) - middle)).append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: float(np.mean([_middle(one) for one in line])))
    return [digit for line in lines for digit in line]


def _middle(digit: Digit) -> float:
    return digit.top + digit.height / 2

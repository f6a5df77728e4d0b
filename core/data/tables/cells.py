"""The numbers in lines of text, read by pandas in blocks; None wherever one of them is not as it must be.

What exactly is wrong, `search` finds out.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.data.tables.layout import Layout

if TYPE_CHECKING:
    import pandas as pd

_LINES = 8192
"""Parsed at a time: pandas needs eight bytes a cell for a moment."""

_NUMBER = re.compile(rb"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")

Bytes = NDArray[np.uint8]
Cells = NDArray[np.uint8] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Images uint8 (n, 28, 28), and their labels uint8 (n,) or None."""

    images: Bytes
    labels: Bytes | None


class Ink(Enum):
    """How pixels are written: as whole numbers from 0 to 255, as shares from 0 to 1, or with fractions.

    With fractions from 0 to 255 they are where at least half of the images have some above 1: a single one is
    a slip.
    """

    WHOLE = 1
    SHARES = 255
    FRACTIONS = 0


def numbers(lines: Iterable[bytes], layout: Layout, ink: Ink = Ink.WHOLE) -> Numbers | None:
    """Return what lines of values with commas between hold, None where any of it is not as it must be.

    What is no whole number becomes the nearest one.
    """
    images, labels, rest, broken = [], [], iter(lines), 0
    while block := list(islice(rest, _LINES)):
        frame = _frame(block, layout)
        if frame is None or not np.isfinite(_values(frame, layout.index)).all():
            return None
        cells = _values(frame, layout.pixels)
        pixels = _pixels(cells, ink)
        digits = digits_of(_values(frame, layout.labels))
        if pixels is None or digits is None:
            return None
        broken += _with_fractions(cells) if ink is Ink.FRACTIONS else 0
        images.append(pixels)
        labels.append(digits)
    if not images:
        return None
    pictures = np.concatenate(images).reshape(-1, 28, 28)
    if ink is Ink.FRACTIONS and 2 * broken < len(pictures):
        return None
    return Numbers(pictures, np.concatenate(labels) if layout.labels else None)


def as_number(cell: bytes) -> float | None:
    """Return the number that a cell holds, None where it holds something else, be it a sign of its own."""
    return float(cell) if _NUMBER.fullmatch(cell) else None


def _frame(block: list[bytes], layout: Layout) -> "pd.DataFrame | None":
    """Return the values of lines that hold nothing else, and as many each as the layout."""
    text = b"\n".join(block)
    if text.count(b",") != len(block) * (layout.width - 1):
        return None
    whole = not text.translate(None, b"0123456789,\n")
    if not whole and not _are_floats(text):
        return None
    import pandas as pd

    kinds = dict.fromkeys(range(layout.width), np.uint8) | dict.fromkeys(layout.index, np.float64)
    try:
        frame = pd.read_csv(
            io.BytesIO(text),
            header=None,
            names=range(layout.width),
            dtype=(kinds if layout.index else np.uint8) if whole else np.float64,
            skip_blank_lines=False,
        )
    except (ValueError, OverflowError):  # an empty cell, a number above 255, a line too long
        return None
    return frame if len(frame) == len(block) else None


def _values(frame: "pd.DataFrame", places: tuple[int, ...]) -> Cells:
    """Return columns (rows, places) as they are, uint8 or float64."""
    values: Cells = frame[list(places)].to_numpy()
    return values if places else np.zeros((len(frame), 0), np.uint8)


def _are_floats(text: bytes) -> bool:
    """Whether text holds the signs of decimal fractions and powers of ten only, and no sign of its own."""
    if text.translate(None, b"0123456789.eE+-,\n"):
        return False
    exponents = sum(text.count(e + sign) for e in (b"e", b"E") for sign in (b"+", b"-"))
    return text.count(b"+") + text.count(b"-") == exponents


def _pixels(cells: Cells, ink: Ink) -> Bytes | None:
    if cells.dtype == np.uint8 and ink is Ink.WHOLE:
        return cells.astype(np.uint8, copy=False)
    scale = ink.value or 1
    if not ((cells >= 0) & (cells <= 255 // scale)).all():
        return None
    scaled = np.rint(cells * np.float64(scale))
    return None if ink is Ink.WHOLE and (scaled != cells).any() else scaled.astype(np.uint8)


def _with_fractions(cells: Cells) -> int:
    """Return how many lines of cells (n, 784) have a fraction above 1."""
    return int(((cells > 1) & (cells != np.floor(cells))).any(axis=1).sum())


def digits_of(cells: Cells) -> Bytes | None:
    """Return the digits (n,) of one column, or of ten with a single 1 each; of none zeros."""
    if cells.shape[1] == 10:
        one_hot = np.isin(cells, (0, 1)).all() and (cells.sum(axis=1) == 1).all()
        return cells.argmax(axis=1).astype(np.uint8) if one_hot else None
    if not ((cells >= 0) & (cells <= 9) & (cells == np.floor(cells))).all():
        return None
    return cells[:, 0].astype(np.uint8) if cells.shape[1] else np.zeros(len(cells), np.uint8)

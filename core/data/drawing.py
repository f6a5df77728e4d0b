"""Ink made into an image as MNIST's are: cropped, fitted into 20×20, its mass in the middle of 28×28.

LeCun, Bottou, Bengio & Haffner 1998, "Gradient-Based Learning Applied to Document Recognition", section
III.A: the digits were "size normalized to fit in a 20×20 pixel box while preserving their aspect ratio", grey
by anti-aliasing, then centred in 28×28 by their centre of mass. MNIST's own images come out of it as they
went in, which a test holds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.errors import DataError

Floats = NDArray[np.float32]
SIDE, BOX = 28, 20
LEAST_INK = 1e-3


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawing after each step.

    Attributes:
        cropped: float32 (h, w), the ink without the empty paper around it, or all of it.
        fitted: float32 (h, w), at most 20×20 (28×28 where it was not cropped).
        image: float32 (28, 28), what the network reads; all in 0…1, ink 1.
    """

    cropped: Floats
    fitted: Floats
    image: Floats


def prepare_drawing(ink: Floats, *, crop: bool = True, centre: bool = True) -> Drawn:
    """Return ink float32 (h, w) in 0…1 as a digit of 28×28, step by step.

    Args:
        crop: cut off the paper around the digit, and fit it into 20×20; else all of it becomes 28×28.
        centre: put the centre of mass into the centre; else the digit stays in the middle of its box.

    Raises:
        DataError: there is no ink.
    """
    if not ink.size or float(ink.max()) < LEAST_INK:
        raise DataError("The drawing is empty: draw a digit first.")
    cropped = ink[_inked(ink)] if crop else ink
    fitted = fit(cropped, BOX if crop else SIDE)
    return Drawn(cropped, fitted, place(fitted, centre=centre))


def _inked(ink: Floats) -> tuple[slice, slice]:
    """Return the rows and columns that the ink takes."""
    there = ink > 0
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def fit(ink: Floats, side: int) -> Floats:
    """Return ink (h, w) made larger or smaller, anti-aliased, until its longer side has so many pixels."""
    height, width = ink.shape
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return ink
    resized = Image.fromarray(ink.astype(np.float32)).resize(size, Image.Resampling.BICUBIC)
    return np.asarray(resized, np.float32).clip(0, 1)


def place(ink: Floats, *, centre: bool) -> Floats:
    """Return ink, at most 28×28, within an image of 28×28, moved by whole pixels.

    Args:
        centre: put the centre of mass as near to the centre as the digit's edges allow, else the box.
    """
    from scipy.ndimage import center_of_mass  # a tenth of a second that the first page need not wait for

    if centre:
        ink = ink[_inked(ink)]  # a digit in the corner of an empty sheet can move, the sheet could not
    height, width = ink.shape
    middle = center_of_mass(ink) if centre else ((height - 1) / 2, (width - 1) / 2)
    top, left = (
        min(max(round(SIDE / 2 - at), 0), SIDE - length)
        for at, length in zip(middle, (height, width), strict=True)
    )
    image = np.zeros((SIDE, SIDE), np.float32)
    image[top : top + height, left : left + width] = ink
    return image

"""A photograph or scan made into ink: its light evened out, its digits found one by one."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from scipy.ndimage import binary_dilation, find_objects, label, maximum_filter, uniform_filter

from core.errors import DataError

Floats = NDArray[np.float32]
MOST_MEGAPIXELS = 40
SIDE = 1200
"""The longer side, in pixels, that a larger picture is reduced to."""
MOST_DIGITS = 40
_CONTRAST = 0.15
"""Ink must differ from its paper by this share of black to white, or the picture holds none."""
_SMALLEST = 0.12
"""A speck of less than this share of the tallest digit's height is dirt."""


@dataclass(frozen=True)
class Box:
    """Where a digit is: its first row and column and its size, in pixels of the picture's ink."""

    top: int
    left: int
    height: int
    width: int

    def cut(self, ink: Floats) -> Floats:
        """Return the ink within the box, float32 (height, width), the darkest of it 1: shadows differ."""
        inside = ink[self.top : self.top + self.height, self.left : self.left + self.width]
        return inside / np.float32(inside.max())


def read_photo(source: bytes | Path, name: str) -> Floats:
    """Return a picture's brightness, float32 (h, w) in 0…1, upright, its longer side at most `SIDE`.

    Raises:
        DataError: it is no picture, too large, or cannot be read.
    """
    try:
        with Image.open(io.BytesIO(source) if isinstance(source, bytes) else source) as picture:
            _check_size(picture, name)
            upright = ImageOps.exif_transpose(picture)
            flat = Image.new("RGBA", upright.size, "white")
            flat.alpha_composite(upright.convert("RGBA"))
            grey = flat.convert("L")
            grey.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
            return np.asarray(grey, np.float32) / np.float32(255)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"There is no file {source!s}.") from None
    except Image.DecompressionBombError as error:
        raise DataError(
            f"{name} has too many pixels, expected at most {MOST_MEGAPIXELS} megapixels."
        ) from error
    except UnidentifiedImageError as error:
        raise DataError(f"{name} is no picture: expected PNG, JPEG, WebP, GIF, TIFF or BMP.") from error
    except (OSError, ValueError, SyntaxError) as error:
        raise DataError(f"{name} cannot be read as a picture: it is damaged.") from error


def _check_size(picture: Image.Image, name: str) -> None:
    pixels = picture.width * picture.height / 1e6
    if pixels > MOST_MEGAPIXELS:
        raise DataError(f"{name} has {pixels:.0f} megapixels, expected at most {MOST_MEGAPIXELS}.")


def ink_of(brightness: Floats, *, inverted: bool | None = None, contrast: float = 1.0) -> Floats:
    """Return the ink of a picture, float32 (h, w): 0 on paper, 1 where it is darkest.

    The paper's own light is taken from its surroundings, so that shadows vanish.

    Args:
        inverted: whether the ink is brighter than the paper; None lets the larger part be the paper.
        contrast: above 1 fainter strokes count as ink, below 1 fewer do.

    Raises:
        DataError: nothing stands out from the paper.
    """
    if inverted is None:
        inverted = float(np.median(brightness)) < 0.5
    dark = brightness if inverted else 1 - brightness
    wide = max(3, min(brightness.shape) // 4) | 1
    paper = -maximum_filter(-uniform_filter(dark, 3), wide)
    depth = dark - uniform_filter(paper, wide)
    darkest = float(np.quantile(depth, 0.999))
    if darkest < _CONTRAST:
        raise DataError(
            "Nothing is written here: expected dark strokes on light paper, or the other way round."
        )
    threshold = _otsu(depth) / contrast
    faint = np.clip((depth - threshold / 2) / max(darkest - threshold / 2, 1e-6), 0, 1)
    result: Floats = np.where(depth > threshold / 2, faint, 0).astype(np.float32)
    return result


def _otsu(values: Floats) -> float:
    """Return the level that best parts values into two classes (Otsu 1979)."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    sums = np.cumsum(counts * middles)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = (sums[-1] * below / below[-1] - sums) ** 2 / (below * (below[-1] - below))
    return float(middles[int(np.nanargmax(np.where(np.isfinite(spread), spread, -1)))])


def find_digits(ink: Floats) -> list[Box]:
    """Return where the digits are in ink (h, w), line by line, each from left to right.

    Strokes that nearly touch, or lie above one another, are one digit.

    Raises:
        DataError: there is none, or there are too many to be digits.
    """
    reach = max(1, min(ink.shape) // 100)
    marks, _ = label(binary_dilation(ink > 0.3, iterations=reach), np.ones((3, 3)))
    boxes = [_trimmed(ink, found) for found in find_objects(marks) if ink[found].max() > 0]
    boxes = _joined(boxes)
    tallest = max((box.height for box in boxes), default=0)
    boxes = [box for box in boxes if max(box.height, box.width) > max(_SMALLEST * tallest, 3)]
    if not boxes:
        raise DataError("No digit is found: expected dark strokes on light paper, or the other way round.")
    if len(boxes) > MOST_DIGITS:
        raise DataError(
            f"{len(boxes)} marks are found, expected at most {MOST_DIGITS} digits: cut the picture."
        )
    return _in_lines(boxes)


def _trimmed(ink: Floats, found: tuple[slice, ...]) -> Box:
    """Return the box of the ink within what was found with a margin."""
    there = ink[found] > 0
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    top, left = found[0].start + rows[0], found[1].start + columns[0]
    return Box(int(top), int(left), int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1)


def _joined(boxes: list[Box]) -> list[Box]:
    """Return boxes with those made one that lie above one another, as the bar of a 5 does."""
    joined: list[Box] = []
    for box in sorted(boxes, key=lambda one: -one.height):
        host = next((at for at, other in enumerate(joined) if _belong(other, box)), None)
        if host is None:
            joined.append(box)
        else:
            joined[host] = _around(joined[host], box)
    return joined


def _belong(large: Box, small: Box) -> bool:
    across = min(large.left + large.width, small.left + small.width) - max(large.left, small.left)
    gap = max(large.top, small.top) - min(large.top + large.height, small.top + small.height)
    return across > 0.5 * min(large.width, small.width) and gap < 0.25 * large.height


def _around(one: Box, other: Box) -> Box:
    top, left = min(one.top, other.top), min(one.left, other.left)
    bottom = max(one.top + one.height, other.top + other.height)
    right = max(one.left + one.width, other.left + other.width)
    return Box(top, left, bottom - top, right - left)


def _in_lines(boxes: list[Box]) -> list[Box]:
    """Return boxes in reading order: a line holds those whose middle lies within the height of its first."""
    lines: list[list[Box]] = []
    for box in sorted(boxes, key=lambda one: one.top + one.height / 2):
        middle = box.top + box.height / 2
        if lines and middle < lines[-1][0].top + lines[-1][0].height:
            lines[-1].append(box)
        else:
            lines.append([box])
    return [box for line in lines for box in sorted(line, key=lambda one: one.left)]

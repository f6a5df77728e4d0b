"""The sheet on a dark desk: which part of a photograph is paper, where the rest is none."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_erosion, binary_fill_holes, label, maximum_filter, minimum_filter

from core.data.light import otsu

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
_SIDE = 300
"""The longer side, in pixels, at which the sheet is looked for."""
_DARK = 0.62
"""A desk is at most this share as bright as its sheet."""
_LEAST, _ROUND, _BRIGHT, _RECTANGULAR, _LONGEST = 0.06, 0.55, 0.7, 0.82, 4.0
"""What a sheet takes of the picture at least, and a desk of its rim; what of a sheet is bright; how much of a
rectangle it is; how much longer than wide."""


def find_sheet(grey: Floats) -> Mask | None:
    """Return where the one bright sheet lies in grey (h, w) in 0…1, without its rim; None where all is paper.

    A sheet is bright throughout but for its ink, nearly a rectangle, and has a desk around it that is darker
    by more than a third: shadows mostly lie on one side of a sheet, and light strokes are no rectangles.
    """
    factor = max(1, max(grey.shape) // _SIDE)
    small = np.asarray(Image.fromarray(grey).reduce(factor))
    filled = minimum_filter(maximum_filter(small, max(small.shape) // 12), max(small.shape) // 12)
    level = otsu(filled)
    bright = filled > level
    if bright.all() or not bright.any() or filled[~bright].mean() > _DARK * filled[bright].mean():
        return None
    sheet = _largest(bright)
    if not _is_sheet(sheet, small > level):
        return None
    inner = binary_erosion(sheet, iterations=max(2, max(small.shape) // 100))
    whole = Image.fromarray(inner).resize(grey.shape[::-1], Image.Resampling.NEAREST)
    return np.asarray(whole)


def _largest(mask: Mask) -> Mask:
    marks, _ = label(mask)
    largest: Mask = marks == np.bincount(marks.ravel())[1:].argmax() + 1
    return np.asarray(binary_fill_holes(largest))


def _is_sheet(sheet: Mask, bright: Mask) -> bool:
    rim = np.concatenate([sheet[0], sheet[-1], sheet[:, 0], sheet[:, -1]])
    if sheet.mean() < _LEAST or 1 - rim.mean() < _ROUND or bright[sheet].mean() < _BRIGHT:
        return False
    short, long = _sides(sheet)
    return bool(sheet.sum() > _RECTANGULAR * short * long and long < _LONGEST * short)


def _sides(sheet: Mask) -> tuple[float, float]:
    """Return the shorter and the longer side of the smallest rectangle, however turned, around a sheet."""
    corners = np.argwhere(sheet & ~binary_erosion(sheet, border_value=0))
    angles = np.radians(np.arange(0, 90, 3))
    ways = np.stack([np.cos(angles), np.sin(angles)])
    across, along = (np.ptp(corners @ way, axis=0) + 1 for way in (ways, ways[::-1] * [[-1], [1]]))
    best = (across * along).argmin()
    short, long = sorted((float(across[best]), float(along[best])))
    return short, long

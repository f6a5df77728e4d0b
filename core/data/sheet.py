"""The sheet on a dark desk: which part of a photograph is paper, where the rest is none."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_erosion, binary_fill_holes, label, maximum_filter, minimum_filter
from scipy.spatial import ConvexHull

from core.data.light import otsu

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
_SIDE = 300
"""The longer side, in pixels, at which the sheet is looked for."""
_DARK, _LEAST, _ROUND, _BRIGHT, _CONVEX = 0.62, 0.06, 0.55, 0.6, 0.88


def find_sheet(grey: Floats) -> Mask | None:
    """Return where the one bright sheet lies in grey (h, w) in 0…1, without its rim; None where all is paper.

    A sheet is bright throughout but for its ink, convex, and has a desk around it, by more than a third
    darker: shadows on a sheet mostly lie on one side of it, and what is written has gaps.
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
    edge = np.argwhere(sheet & ~binary_erosion(sheet, border_value=0))
    return bool(sheet.sum() > _CONVEX * ConvexHull(edge).volume)

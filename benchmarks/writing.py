"""Digits written by pen: strokes of our own and MNIST's training images, as large as on photographs."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.interpolate import make_interp_spline
from scipy.ndimage import gaussian_filter

from core.data import mnist
from core.data.prepare import split
from core.model.presets import PRESETS

Floats = NDArray[np.floating]
STROKES: dict[int, list[list[str]]] = {
    0: [["55 10, 25 22, 12 50, 25 80, 50 90, 76 78, 88 50, 76 20, 52 10"]],
    1: [["25 35, 55 10", "55 10, 54 50, 52 90"], ["50 8, 50 50, 49 92"]],
    2: [["18 30, 32 12, 58 10, 74 26, 66 48, 40 70, 16 88", "16 88, 48 86, 84 87"]],
    3: [["20 18, 46 8, 72 20, 68 38, 44 47", "44 47, 74 55, 78 74, 52 91, 18 82"]],
    4: [["42 8, 30 36, 16 60", "16 60, 50 60, 86 58", "64 30, 63 60, 61 93"]],
    5: [["26 12, 24 30, 22 46", "22 46, 48 38, 76 52, 74 76, 48 91, 16 83", "26 12, 52 11, 80 10"]],
    6: [["68 8, 38 26, 20 60, 34 88, 62 88, 76 68, 56 52, 26 62"]],
    7: [["16 14, 50 13, 84 12", "84 12, 62 44, 44 92"], ["16 14, 84 12", "84 12, 44 92", "38 52, 76 50"]],
    8: [["66 22, 48 9, 27 22, 36 40, 62 56, 72 74, 52 91, 28 78, 40 54, 62 38, 70 24"]],
    9: [["72 22, 50 9, 26 24, 32 46, 58 46, 72 24", "72 24, 68 56, 58 92"]],
}
"""For each digit, ways to write it: strokes through points of a square of 100, from its top left corner."""


def stroked(digit: int, height: int, pen: float, random: np.random.Generator) -> Floats:
    """Return a digit as coverage (h, w) in 0…1, so many pixels high, its pen `pen` of its height wide."""
    margin = round(height * (0.12 + pen))
    slant, narrow = random.normal(-0.1, 0.1), random.uniform(0.62, 0.85)
    canvas = Image.new("L", (height + 2 * margin, height + 2 * margin))
    draw = ImageDraw.Draw(canvas)
    ways = STROKES[digit]
    shift = random.normal(0, 1.8, (2, 3))
    for stroke in ways[random.integers(len(ways))]:
        x, y = _smooth(np.array([[float(at) for at in point.split()] for point in stroke.split(", ")])).T
        x, y = x + shift[0] @ _waves(x, y), y + shift[1] @ _waves(x, y)
        x = 50 + (x - 50) * narrow - slant * (y - 50)
        radius = height * pen / 2 * (1 + 0.15 * np.sin(np.linspace(0, 5, len(x)) + shift[0, 0]))
        for a, b, r in zip(x * height / 100 + margin, y * height / 100 + margin, radius, strict=True):
            draw.ellipse((a - r, b - r, a + r, b + r), fill=255)
    return _cropped(np.asarray(canvas, np.float32) / 255)


def _smooth(points: Floats) -> Floats:
    degree = min(3, len(points) - 1)
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    curve: Floats = make_interp_spline(along, points, degree)(np.linspace(0, along[-1], 220))
    return curve


def _waves(x: Floats, y: Floats) -> Floats:
    return np.stack([np.sin(x / 30), np.cos(y / 26), np.sin((x + y) / 40)])


def sampled(digit: int, height: int, random: np.random.Generator) -> Floats:
    """Return a training image of MNIST as coverage (h, w), its outline made smooth at the larger size.

    It is none of those that the quick start draws, so that a network of it has not seen it.
    """
    image = mnist.training().images[random.choice(_unseen(digit))]
    side = round(height * 28 / 20)
    large = (
        np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BICUBIC), np.float32) / 255
    )
    outline: Floats = np.clip((gaussian_filter(large, side / 90) - 0.3) / 0.25, 0, 1).astype(np.float32)
    return _cropped(outline)


def _unseen(digit: int) -> NDArray[np.int64]:
    labels = mnist.training().labels
    drawn = np.concatenate(split(labels, PRESETS["quick-start"].spec.data))
    return np.setdiff1d(np.flatnonzero(labels == digit), drawn)


def _cropped(coverage: Floats) -> Floats:
    rows, columns = (np.flatnonzero(coverage.max(axis=axis) > 0.05) for axis in (1, 0))
    return coverage[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

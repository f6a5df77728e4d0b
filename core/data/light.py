"""The light of a photograph evened out: how much darker, or lighter, each place is than its paper."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import binary_erosion, maximum_filter, minimum_filter, uniform_filter

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]
_BLACK = 0.12
"""Paper as dark as this, or darker, tells nothing of how much light ink takes."""


def smooth(photo: NDArray[np.uint8]) -> Floats:
    """Return a photograph's colours, float32 (h, w, 3) in 0…1, its grain evened out."""
    colours = photo.astype(np.float32) / np.float32(255)
    for channel in range(3):
        uniform_filter(colours[..., channel], 3, output=colours[..., channel])
    return colours


@dataclass(frozen=True)
class Ground:
    """What a picture looks like if its ink is light, or dark.

    Attributes:
        stroke: how wide its strokes then are, in pixels.
        alike: the share of the rest of the picture that is nearer to the ink than to the paper beside it.
    """

    light: bool
    stroke: float
    alike: float


def grounds(grey: Floats, sheet: Mask | None = None) -> tuple[Ground, Ground]:
    """Return what grey (h, w) in 0…1, or its sheet alone, looks like with dark ink and with light ink."""
    return _ground(grey, sheet, light=False), _ground(grey, sheet, light=True)


def _ground(grey: Floats, sheet: Mask | None, *, light: bool) -> Ground:
    paper = _paper(grey, min(grey.shape) // 5, light)
    depth = _depth(grey, paper, light)
    if sheet is not None:
        depth[~sheet] = 0
    marks = depth > 0.5 * float(np.quantile(depth[::2, ::2], 0.998))
    if marks.all() or not marks.any():
        return Ground(light, 0, 1)
    inked, beside = float(np.median(grey[marks])), float(np.median(paper[marks]))
    rest = grey[~marks if sheet is None else ~marks & sheet]
    return Ground(light, stroke_of(marks), float((np.abs(rest - inked) < np.abs(rest - beside)).mean()))


def standing_out(colours: Floats, ground: Ground) -> Floats:
    """Return how much each place of colours (h, w, 3) differs from the paper around it, in the same shape.

    Of light ink the difference is that of the light, of dark ink the share of the light that it takes, since
    a shadow dims ink and paper alike.
    """
    coarse = min(colours.shape[:2]) // 5
    window = min(coarse, max(15, round(4.5 * ground.stroke)))
    channels = (colours[..., channel] for channel in range(3))
    depths = [_depth(channel, _paper(channel, window, ground.light), ground.light) for channel in channels]
    return np.stack(depths, axis=-1).astype(np.float32)


def _depth(channel: Floats, paper: Floats, light: bool) -> Floats:
    if light:
        return channel - paper
    share: Floats = (1 - channel / paper.clip(_BLACK)).astype(np.float32)
    return share


def _paper(channel: Floats, window: int, light: bool) -> Floats:
    """Return the paper under the ink: what is narrower than a window is filled up from beside it.

    A closing keeps the edge of a shadow where it is, which a mean would smear.
    """
    half = Image.fromarray(channel).reduce(2)
    size = window // 2 | 1
    first, second = (minimum_filter, maximum_filter) if light else (maximum_filter, minimum_filter)
    filled = second(first(np.asarray(half), size), size)
    whole = Image.fromarray(uniform_filter(filled, 5)).resize(channel.shape[::-1], Image.Resampling.BILINEAR)
    return np.asarray(whole)


def stroke_of(strokes: Mask) -> float:
    """Return how wide strokes are in pixels, about: a long shape's area is half its outline by its width."""
    outline = strokes & ~binary_erosion(strokes, border_value=1)
    return 2 * float(strokes.sum()) / max(1, int(outline.sum()))


def otsu(values: Floats) -> float:
    """Return the level that best parts values into two classes (Otsu 1979)."""
    counts, edges = np.histogram(values, 256)
    middles = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    sums = np.cumsum(counts * middles)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = (sums[-1] * below / below[-1] - sums) ** 2 / (below * (below[-1] - below))
    return float(middles[int(np.nanargmax(np.where(np.isfinite(spread), spread, -1)))])

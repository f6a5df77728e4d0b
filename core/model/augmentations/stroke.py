"""Stroke thickness: as from a broader or a finer pen; grey-value dilation and erosion."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Images = NDArray[np.float32]


def spread(images: Images) -> Images:
    """Return images (n, 28, 28), each pixel the largest of itself and its four neighbours."""
    wide = np.pad(images, ((0, 0), (1, 1), (1, 1)), "edge")
    above_below = np.maximum(wide[:, :-2, 1:-1], wide[:, 2:, 1:-1])
    beside = np.maximum(wide[:, 1:-1, :-2], wide[:, 1:-1, 2:])
    return np.maximum(images, np.maximum(above_below, beside))


def restroked(images: Images, pixels: NDArray[np.float64]) -> Images:
    """Return images (n, 28, 28, 1) whose strokes are so many pixels (n,), −1…1, thicker on each side.

    One pixel is a grey-value dilation by a pixel and its four neighbours, minus one an erosion (Serra 1982);
    in between they are mixed. Each image keeps its brightest value: a finer pen writes no paler.
    """
    sign = np.where(pixels < 0, -1, 1).astype("float32")[:, np.newaxis, np.newaxis]
    share = np.abs(pixels).astype("float32")[:, np.newaxis, np.newaxis]
    ink = sign * images[..., 0]  # thinner strokes are a thicker background
    ink = sign * (ink + share * (spread(ink) - ink))
    brightest = np.maximum(ink.max(axis=(1, 2), keepdims=True), 1e-6, dtype=np.float32)
    ink *= images[..., 0].max(axis=(1, 2), keepdims=True) / brightest
    return np.reshape(ink, images.shape)


def strokes(images: Images, rng: np.random.Generator, stroke: float) -> Images:
    """Return images (n, 28, 28, 1), the strokes of each up to so many pixels thicker or thinner."""
    return restroked(images, rng.uniform(-stroke, stroke, len(images)))


class Stroke(Effect):
    title = "Stroke thickness"
    change = Change("pixels", strokes, (("stroke", "thinner", "thicker"),))

    stroke: Annotated[
        float,
        Field(ge=0, le=1),
        Control(
            "Stroke ±",
            "Strokes get up to so many pixels thicker or thinner on each side, as from another pen.",
            word="stroke thickness",
            step=0.05,
            format="%g px",
            tries=(0, 0.8),
        ),
    ] = 0.0

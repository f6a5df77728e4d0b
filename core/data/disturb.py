"""Digits as they are not in the training set: shifted, turned, zoomed, noisy, thicker or thinner."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import grey_dilation, grey_erosion

from core.data.augment import warp

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Disturbance:
    """One way to disturb images.

    Attributes:
        name: for people, with its unit.
        amounts: from none to a lot; one of them leaves the images as they are.
        apply: images float32 (n, 28, 28), 0…1, and an amount to images of the same kind.
    """

    name: str
    amounts: tuple[float, ...]
    neutral: float
    apply: Callable[[Floats, float], Floats]


def shifted(images: Floats, pixels: float) -> Floats:
    """Return images moved right by so many pixels; bilinear in between, background comes in."""
    return _warped(images, np.eye(2), np.array([0.0, -pixels]))


def turned(images: Floats, degrees: float) -> Floats:
    """Return images turned clockwise about their centre."""
    angle = np.deg2rad(degrees)
    cos, sin = np.cos(angle), np.sin(angle)
    return _warped(images, np.array([[cos, -sin], [sin, cos]]), np.zeros(2))


def zoomed(images: Floats, factor: float) -> Floats:
    """Return images so many times as large, about their centre."""
    return _warped(images, np.eye(2) / factor, np.zeros(2))


def noisy(images: Floats, deviation: float) -> Floats:
    """Return images with Gaussian noise of a standard deviation, cut to 0…1; always the same noise."""
    noise = np.random.default_rng(0).standard_normal(images.shape, np.float32)
    return np.clip(images + np.float32(deviation) * noise, 0, 1)


def restroked(images: Floats, pixels: float) -> Floats:
    """Return images whose strokes are thicker by so many pixels on each side, or thinner if negative."""
    size = (1, 2 * abs(round(pixels)) + 1, 2 * abs(round(pixels)) + 1)
    changed: Floats = (grey_dilation if pixels > 0 else grey_erosion)(images, size) if pixels else images
    return changed


def _warped(images: Floats, turn: NDArray[np.float64], shift: NDArray[np.float64]) -> Floats:
    matrix = np.concatenate([turn, shift[:, None]], axis=1)
    return warp(images[..., None], np.repeat(matrix[None], len(images), axis=0))[..., 0]


DISTURBANCES: dict[str, Disturbance] = {
    "shift": Disturbance("shift to the right (pixels)", (-6, -4, -2, -1, 0, 1, 2, 4, 6), 0, shifted),
    "rotation": Disturbance("rotation (degrees)", (-60, -45, -30, -15, 0, 15, 30, 45, 60), 0, turned),
    "zoom": Disturbance("size (times)", (0.5, 0.6, 0.75, 0.9, 1, 1.1, 1.25, 1.5), 1, zoomed),
    "noise": Disturbance("noise (standard deviation)", (0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8), 0, noisy),
    "stroke": Disturbance("stroke width (pixels on each side)", (-1, 0, 1, 2), 0, restroked),
}

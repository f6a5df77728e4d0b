"""Images changed at random: one affine warp and displacement of each, then what acts on pixels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from core.model.augmentations import Augmentation
from core.model.augmentations.effect import Step

Floats = NDArray[np.float32]


def augment(images: Floats, settings: Augmentation, rng: np.random.Generator) -> Floats:
    """Return images (n, 28, 28, 1) float32, each changed at random within `settings`.

    With everything off they come back as they are.
    """
    return changed(images, settings.steps(), rng)


def changed(images: Floats, steps: Sequence[Step], rng: np.random.Generator) -> Floats:
    """Return images (n, 28, 28, 1) float32, each changed at random by all steps.

    A step is what it adds to, the function that draws that, and its settings.
    """
    count = len(images)
    linear, shift, field = np.tile(np.eye(2), (count, 1, 1)), np.zeros((count, 2)), np.zeros((2, 1))
    for part, draw, values in steps:
        if part == "linear":
            linear = linear @ draw(count, rng, **values)
        elif part == "shift":
            shift = shift + draw(count, rng, **values)
        elif part == "field":
            field = field + draw(count, rng, **values)
    if any(part != "pixels" for part, _, _ in steps):
        images = warp(images, maps(linear, shift), field)
    for part, draw, values in steps:
        if part == "pixels":
            images = draw(images, rng, **values)
    return images


def maps(linear: NDArray[np.float64], shift: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return affine maps (n, 2, 3) for `warp` from matrices (n, 2, 2), then shifts (n, 2) down and right.

    A map says where an output pixel (row, column) comes from, both counted from the centre of the image:
    source = map[:, :2] @ pixel + map[:, 2].
    """
    return np.concatenate([linear, -np.einsum("nij,nj->ni", linear, shift)[..., np.newaxis]], axis=-1)


def warp(images: Floats, maps: NDArray[np.float64], field: NDArray[np.floating] | float = 0.0) -> Floats:
    """Return images (n, 28, 28, 1) float32, each read through its map: bilinear, 0 outside the image.

    One call for the whole batch: it leaves the interpreter free for the training step meanwhile. Only pixels
    that come from beside some ink are interpolated, a quarter of a digit's; it is 0 in between without that.

    Args:
        maps: float64 (n, 2, 3), as from `maps`.
        field: what is added to where each pixel comes from, (n, 2, 784) or what broadcasts to that.
    """
    count, height, width, _ = images.shape
    centre = np.array([[(height - 1) / 2], [(width - 1) / 2]])
    at = maps[:, :, :2] @ (np.indices((height, width)).reshape(2, -1) - centre)
    at += maps[:, :, 2:]
    at += centre
    at += field
    ink = images[..., 0] != 0  # of a pixel, then of any of the four that it begins
    ink[:, :-1] |= ink[:, 1:]
    ink[:, :, :-1] |= ink[:, :, 1:]
    cell = at.astype("int32")
    np.clip(cell, 0, [[height - 1], [width - 1]], out=cell)
    first = height * width * np.arange(count, dtype="int32")[:, np.newaxis]
    wanted = np.flatnonzero(ink.take(first + width * cell[:, 0] + cell[:, 1]))
    places = np.stack([wanted // (height * width), at[:, 0].take(wanted), at[:, 1].take(wanted)])
    warped = np.zeros(images.size, "float32")
    warped[wanted] = map_coordinates(images[..., 0], places, order=1, mode="constant", prefilter=False)
    return warped.reshape(images.shape)

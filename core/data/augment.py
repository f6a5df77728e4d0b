"""Images changed at random: one affine warp and displacement of each, then what acts on pixels."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
    linear, shift, field = np.tile(np.eye(2), (count, 1, 1)), np.zeros((count, 2)), None
    for part, draw, values in steps:
        if part == "linear":
            linear = linear @ draw(count, rng, **values)
        elif part == "shift":
            shift = shift + draw(count, rng, **values)
        elif part == "field":
            field = draw(count, rng, **values) if field is None else field + draw(count, rng, **values)
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


def warp(images: Floats, maps: NDArray[np.float64], field: NDArray[np.floating] | None = None) -> Floats:
    """Return images (n, 28, 28, 1) float32, each read through its map: bilinear, 0 outside the image.

    A few operations of NumPy for the whole batch: they leave the interpreter free for the training step
    meanwhile. Only pixels that come from beside some ink are interpolated, a quarter of a digit's; it is 0 in
    between without that. Against SciPy's `map_coordinates` float32 rounds by less than 1e-5.

    Args:
        maps: float64 (n, 2, 3), as from `maps`.
        field: what is added to where each pixel comes from, (n, 2, 784).
    """
    count, height, width, _ = images.shape
    at = sources(maps, height, width)
    if field is not None:
        at += field.swapaxes(0, 1)
    first, column = at.astype("int32")  # of the four pixels it lies between: row and column, then its place
    first *= width
    first += column
    first += height * width * np.arange(count, dtype="int32")[:, np.newaxis]
    wanted = np.flatnonzero(beside_ink(images).take(first, mode="clip"))  # beyond the image: of any place
    row, column = at.reshape(2, -1).take(wanted, axis=1)
    inside = (row >= 0) & (row <= height - 1) & (column >= 0) & (column <= width - 1)
    warped = np.zeros(images.size, "float32")
    warped[wanted] = inside * between(images, first.ravel().take(wanted), row, column)
    return warped.reshape(images.shape)


def sources(maps: NDArray[np.float64], height: int, width: int) -> Floats:
    """Return rows and columns float32 (2, n, pixels) that the pixels come from by maps (n, 2, 3)."""
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    offset = maps[:, :, 2] + centre - maps[:, :, :2] @ centre
    from_corner = np.concatenate([maps[:, :, :2], offset[..., np.newaxis]], axis=-1)
    pixels = np.concatenate([np.indices((height, width)).reshape(2, -1), np.ones((1, height * width))])
    return np.asarray(from_corner.swapaxes(0, 1).astype("float32") @ pixels.astype("float32"), np.float32)


def beside_ink(images: Floats) -> NDArray[np.bool_]:
    """Return of all pixels in a row whether any is not 0 of it, the next one and the two below."""
    ink = images.ravel().astype(bool)
    ink[:-1] |= ink[1:]
    ink[: -images.shape[2]] |= ink[images.shape[2] :]
    return ink


def between(images: Floats, first: NDArray[np.int32], row: Floats, column: Floats) -> Floats:
    """Return what lies at rows and columns (k,): between four pixels each, of which `first` begins."""
    pixels, width, places = images.ravel(), images.shape[2], first.astype("intp")
    corner, beside, below, across = (
        pixels[step:].take(places, mode="clip") for step in (0, 1, width, width + 1)
    )
    down, right = row - np.trunc(row), column - np.trunc(column)
    return mixed(mixed(corner, beside, right), mixed(below, across, right), down)


def mixed(start: Floats, end: Floats, share: Floats) -> Floats:
    """Return what lies so much of the way from start to end, in the place of the latter."""
    end -= start
    end *= share
    end += start
    return end

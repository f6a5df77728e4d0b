"""Random rotation, zoom and shift: one affine warp of each image, bilinear, background outside."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from core.model.specs import Augmentation

Floats = NDArray[np.float32]


def draw_matrices(count: int, settings: Augmentation, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return `count` random maps float64 (count, 2, 3) for `warp`, each drawn uniformly within `settings`."""
    angle = rng.uniform(-settings.rotation, settings.rotation, count)
    factor = rng.uniform(1 - settings.zoom, 1 + settings.zoom, count)
    down = rng.uniform(-settings.height_shift, settings.height_shift, count)
    right = rng.uniform(-settings.width_shift, settings.width_shift, count)
    return matrices(angle, factor, down, right)


def matrices(
    angle: NDArray[np.float64],
    factor: NDArray[np.float64],
    down: NDArray[np.float64],
    right: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return maps float64 (n, 2, 3) for `warp` from one turn, change of size and shift each, all (n,).

    A map says where an output pixel (row, column) comes from, both counted from the centre of the image:
    source = map[:, :2] @ pixel + map[:, 2]. It turns (a positive angle, in degrees, clockwise) and zooms
    (a factor above 1 enlarges) about the centre, then shifts by a share of the 28 pixels.
    """
    scale, radians = 1 / factor, np.deg2rad(angle)
    cos, sin = scale * np.cos(radians), scale * np.sin(radians)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    shift = -np.einsum("nij,nj->ni", turn, np.stack([28 * down, 28 * right], -1))
    return np.concatenate([turn, shift[..., None]], axis=-1)


def warp(images: Floats, matrices: NDArray[np.float64]) -> Floats:
    """Return images (n, 28, 28, 1) float32, each read through its map: bilinear, 0 outside the image.

    One call for the whole batch: it leaves the interpreter free for the training step meanwhile.
    """
    count, height, width, _ = images.shape
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    grid = np.indices((height, width)).reshape(2, -1) - centre[:, None]
    at = matrices[:, :, :2] @ grid + matrices[:, :, 2:] + centre[:, None]
    which = np.broadcast_to(np.arange(count)[:, None], (count, height * width))
    places = np.stack([which, at[:, 0], at[:, 1]])
    warped: Floats = map_coordinates(images[..., 0], places, order=1, mode="constant", prefilter=False)
    return warped.reshape(images.shape).astype(np.float32, copy=False)


def augment(images: Floats, settings: Augmentation, rng: np.random.Generator) -> Floats:
    """Return images (n, 28, 28, 1) float32, each changed at random within `settings`.

    With everything off they come back as they are.
    """
    if not settings.is_on:
        return images
    return warp(images, draw_matrices(len(images), settings, rng))

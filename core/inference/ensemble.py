"""Several networks, or several views of each image, that answer as one: the mean of their probabilities."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.data.augment import maps, warp
from core.data.prepare import normalise
from core.errors import DataError
from core.inference.networks import network, predict
from core.model.augmentations import Augmentation
from core.model.augmentations.rotation import turned
from core.model.augmentations.shift import shifted
from core.model.augmentations.zoom import zoomed

Floats = NDArray[np.float32]
Images = NDArray[np.uint8]
Named = tuple[str, str, float]
"""A run's network: the store's address, the run's id, the time it ended."""
CHUNK = 1_000
"""Images that are asked at a time: between two chunks whoever waits may leave."""
STRENGTH = Augmentation(rotation=5, zoom=0.03, width_shift=0.03, height_shift=0.03)
"""How far the copies of test-time augmentation differ from the image: little enough to stay readable."""


def views(copies: int, seed: int = 0) -> NDArray[np.float64]:
    """Return the maps float64 (copies, 2, 3) for `warp` that make the copies: the same for every image.

    Each is followed by its opposite (turned and shifted the other way), so that they have no common drift.
    """
    half = (copies + 1) // 2
    rng, most = np.random.default_rng(seed), STRENGTH
    bounds = (most.rotation, most.zoom, most.height_shift, most.width_shift)
    angle, zoom, down, right = (_and_opposite(rng.uniform(-bound, bound, half)) for bound in bounds)
    return maps(turned(angle) @ zoomed(1 + zoom), shifted(down, right))[:copies]


def _and_opposite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([values, -values], axis=1).ravel()


def answers(url: str, run_id: str, ended_at: float, images: Images, copies: int) -> Floats:
    """Return a run's probabilities float32 (n, 10) for images uint8 (n, 28, 28).

    Args:
        copies: how many shifted, turned and resized copies of each image are asked as well; the answer is
            the mean (test-time augmentation, Krizhevsky et al. 2012, section 4.1).

    Raises:
        DataError, StoreError: as in `core.inference.networks.network`.
    """
    model, given = network(url, run_id, ended_at), normalise(images)
    said = [predict(model, given)]
    for view in views(copies):
        same = np.repeat(view[None], len(given), axis=0)
        said.append(predict(model, warp(given[..., None], same)[..., 0]))
    return mean(said)


def mean(said: Sequence[Floats]) -> Floats:
    """Return the mean of several probabilities (n, 10)."""
    return np.asarray(np.mean(said, axis=0, dtype=np.float64), np.float32)


Answer = Callable[[str, str, float, Images, int], Floats]
Told = Callable[[float], None]


def ensemble(
    networks: Sequence[Named],
    images: Images,
    copies: int,
    answer: Answer = answers,
    told: Told = lambda share: None,
) -> Floats:
    """Return the mean of the networks' probabilities float32 (n, 10) for images uint8 (n, 28, 28).

    Args:
        answer: asks one network about one chunk; a page lets the lane do it.
        told: hears what share is done.

    Raises:
        DataError, StoreError: as in `answers`.
    """
    parts = []
    for start in range(0, len(images), CHUNK):
        chunk = images[start : start + CHUNK]
        said = []
        for place, name in enumerate(networks):
            said.append(answer(*name, chunk, copies))
            told((start + len(chunk) * (place + 1) / len(networks)) / len(images))
        parts.append(mean(said))
    return np.concatenate(parts) if parts else np.zeros((0, 10), np.float32)


def average(predictions: Sequence[Predictions]) -> Predictions:
    """Return what networks say together of the images that all were asked.

    Raises:
        DataError: they were not asked the same images.
    """
    first = predictions[0]
    if not all(np.array_equal(one.index, first.index) for one in predictions):
        raise DataError("The networks were not asked the same images.")
    return Predictions(first.index, first.labels, mean([one.probabilities for one in predictions]))

"""Random erasing: a rectangle of noise covers a part of some images (Zhong et al. 2020, section 3)."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Images = NDArray[np.float32]


def erased(images: Images, rng: np.random.Generator, erasing: float, erasing_share: float) -> Images:
    """Return images (n, 28, 28, 1), some of them with a rectangle of uniform noise, 0…1.

    Noise says that something is hidden, and Zhong et al. find it better than 0; with 0, the background, an 8
    would become a 3 that is called 8. A rectangle is 0.3 to 1 / 0.3 times as high as wide where that fits,
    and lies wholly inside, anywhere.

    Args:
        erasing: share of the images.
        erasing_share: a rectangle covers from 2% of the image up to this share, cut to whole pixels.
    """
    count = len(images)
    chosen = rng.random(count) < erasing
    area = 784 * rng.uniform(0.02, erasing_share, count)
    ratio = np.exp(rng.uniform(np.log(0.3), -np.log(0.3), count)).clip(area / 784, 784 / area)
    height, width = np.floor(np.sqrt([area * ratio, area / ratio]))
    top, left = np.floor(rng.random(count) * (29 - height)), np.floor(rng.random(count) * (29 - width))
    noise = rng.random((count, 28, 28, 1), np.float32)
    at = np.arange(28)
    rows = (at >= top[:, np.newaxis]) & (at < (top + height)[:, np.newaxis])
    columns = (at >= left[:, np.newaxis]) & (at < (left + width)[:, np.newaxis]) & chosen[:, np.newaxis]
    return np.where(rows[:, :, np.newaxis, np.newaxis] & columns[:, np.newaxis, :, np.newaxis], noise, images)


class Erasing(Effect):
    title = "Random erasing"
    change = Change("pixels", erased)

    erasing: Annotated[
        float,
        Field(ge=0, le=1),
        Control(
            "Erasing",
            "Share of the images in which noise covers a random rectangle, so that the network cannot rely "
            "on one part of a digit.",
            word="random erasing",
            step=0.05,
            format="percent",
            tries=(0, 0.5),
        ),
    ] = 0.0
    erasing_share: Annotated[
        float,
        Field(ge=0.02, le=0.5),
        Control(
            "Erasing: largest part",
            "Largest share of the image that a rectangle covers.",
            word="largest part erased",
            step=0.01,
            format="percent",
            tries=(0.05, 0.3),
            unless=("erasing", 0),
        ),
    ] = 0.15

"""What an augmentation does to one image: random draws, and the settings' extremes."""

import numpy as np
from numpy.typing import NDArray

from core.data.augment import changed
from core.data.prepare import normalise, reshape
from core.model.augmentations import Augmentation

Floats = NDArray[np.float32]


def drawn(image: NDArray[np.uint8], settings: Augmentation, count: int, seed: int) -> Floats:
    """Return `count` random changes of an image uint8 (28, 28) as float32 (count, 28, 28) in 0…1.

    With the same seed the same draws are made, so that they grow as the settings do.
    """
    return changed(_copies(image, count), settings.steps(off_too=True), np.random.default_rng(seed))[..., 0]


def extremes(image: NDArray[np.uint8], settings: Augmentation) -> dict[str, Floats]:
    """Return an image uint8 (28, 28) at both ends of each setting that is on and has ends, by their names."""
    found: dict[str, Floats] = {}
    for effect in settings.effects():
        for field, *names in effect.change.ends:
            if limit := getattr(settings, field):
                alone = effect.values(type(settings)(**{field: limit}))
                step = (effect.change.part, effect.change.draw, alone)
                both = changed(_copies(image, 2), [step], BothEnds())
                found |= dict(zip(names, both[..., 0], strict=True))
    return found


class BothEnds(np.random.Generator):
    """Draws both ends in place of two random numbers."""

    def __init__(self) -> None:
        super().__init__(np.random.PCG64(0))

    def uniform(self, low, high, size=None):  # type: ignore[no-untyped-def, override]
        return np.array([low, high])


def _copies(image: NDArray[np.uint8], count: int) -> Floats:
    return np.repeat(reshape(normalise(image[None])), count, axis=0)

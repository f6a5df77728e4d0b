"""What makes images that are not as MNIST's are like them, and the words for it.

MNIST's images are white on black, from 0 to 255, upright, and "size normalized to fit in a 20×20 pixel box",
with their centre of mass in the middle of 28×28 (LeCun, Bottou, Bengio & Haffner 1998, section III.A).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.drawing import prepare_drawing
from core.data.prepare import grey_values, normalise

Images = NDArray[np.uint8]
FULL = 255
STRONG = 64
"""What is brighter is ink, what is not may be the rim of a stroke, or paper."""
_RIM = 2
_CHUNK = 2000
"""Images that are mended at a time."""


class Turn(StrEnum):
    """How images lie, as seen from MNIST's."""

    UPRIGHT = "upright"
    LEFT = "turned a quarter to the left"
    DOWN = "turned upside down"
    RIGHT = "turned a quarter to the right"
    MIRRORED = "mirrored left to right"
    FLIPPED = "mirrored top to bottom"
    TRANSPOSED = "transposed (lines and columns exchanged, as in EMNIST)"
    CROSSED = "transposed along the other diagonal"


UPRIGHTED: dict[Turn, Callable[[Images], Images]] = {
    Turn.UPRIGHT: lambda images: images,
    Turn.LEFT: lambda images: np.rot90(images, -1, axes=(1, 2)),
    Turn.DOWN: lambda images: images[:, ::-1, ::-1],
    Turn.RIGHT: lambda images: np.rot90(images, 1, axes=(1, 2)),
    Turn.MIRRORED: lambda images: images[:, :, ::-1],
    Turn.FLIPPED: lambda images: images[:, ::-1],
    Turn.TRANSPOSED: lambda images: images.transpose(0, 2, 1),
    Turn.CROSSED: lambda images: images[:, ::-1, ::-1].transpose(0, 2, 1),
}
"""What sets images (n, 28, 28) upright again."""
_DONE = {
    Turn.LEFT: "turned upright",
    Turn.DOWN: "turned upright",
    Turn.RIGHT: "turned upright",
    Turn.MIRRORED: "mirrored back",
    Turn.FLIPPED: "mirrored back",
    Turn.TRANSPOSED: "transposed back",
    Turn.CROSSED: "transposed back",
}


@dataclass(frozen=True)
class Mending:
    """Steps from images as they are to images like MNIST's, in this order.

    Attributes:
        white: what the values of images that are black on white are taken from, each told by its border;
            None where there is none.
        ground, top: the values that stand for the background and for full ink.
        turn: how they lie.
        placed: each is cropped, fitted into 20×20 and centred by its mass.
    """

    white: int | None = None
    ground: int = 0
    top: int = FULL
    turn: Turn = Turn.UPRIGHT
    placed: bool = False

    def __bool__(self) -> bool:
        return self != Mending()

    def mended(self, images: Images) -> Images:
        """Return images uint8 (n, 28, 28) after all steps, a new array; what is empty stays so."""
        parts = [self._chunk(images[at : at + _CHUNK]) for at in range(0, len(images), _CHUNK)]
        return np.concatenate(parts) if parts else images.copy()

    def _chunk(self, images: Images) -> Images:
        if self.white is not None:
            images = inverted(images, self.white)
        images = UPRIGHTED[self.turn](stretched(images, self.ground, self.top))
        return placed(images) if self.placed else np.ascontiguousarray(images)

    @property
    def done(self) -> str:
        """What the steps did, for the name of a data set: "turned upright, centred"."""
        steps = {
            "made white on black": self.white is not None,
            f"stretched to 0…{FULL}": (self.ground, self.top) != (0, FULL),
            _DONE.get(self.turn, ""): self.turn is not Turn.UPRIGHT,
            "centred": self.placed,
        }
        return ", ".join(step for step, taken in steps.items() if taken)


def border(images: Images) -> Images:
    """Return the outermost pixels (n, 108) of images (n, 28, 28), each image's sorted."""
    sides = (images[:, 0], images[:, -1], images[:, 1:-1, 0], images[:, 1:-1, -1])
    return np.sort(np.concatenate(sides, axis=1), axis=1)


def black_on_white(images: Images, white: int) -> NDArray[np.bool_]:
    """Return bool (n,): whether three quarters of an image's border are brighter than half of `white`."""
    bright: NDArray[np.bool_] = border(images)[:, 27] > white / 2
    return bright


def inverted(images: Images, white: int) -> Images:
    """Return images with those inverted that are black on white."""
    dark = black_on_white(images, white)[:, None, None]
    return np.where(dark, white - np.minimum(images, white), images).astype(np.uint8)


def stretched(images: Images, ground: int, top: int) -> Images:
    """Return images whose values reach from `ground` to `top` with values from 0 to 255, rounded."""
    if (ground, top) == (0, FULL):
        return images
    every = (np.arange(256) - ground) * (FULL / (top - ground))
    return every.clip(0, FULL).round().astype(np.uint8)[images]


def placed(images: Images) -> Images:
    """Return images (n, 28, 28) sized and centred as MNIST's are; one without strong ink becomes empty.

    What lies more than `_RIM` pixels beyond strong ink is taken for specks.
    """
    result, digits = np.zeros(images.shape, np.uint8), _without_specks(images)
    for place in np.flatnonzero(digits.any(axis=(1, 2))):
        result[place] = grey_values(prepare_drawing(normalise(digits[place])).image)
    return result


def _without_specks(images: Images) -> Images:
    strong = images > STRONG
    within = [_near(strong.any(axis=axis)) for axis in (2, 1)]
    return np.where(within[0][:, :, None] & within[1][:, None, :], images, 0).astype(np.uint8)


def _near(there: Any) -> NDArray[np.bool_]:
    """Return bool (n, 28): from `_RIM` before the first to `_RIM` behind the last that is there."""
    first, last = there.argmax(axis=1), 27 - there[:, ::-1].argmax(axis=1)
    at = np.arange(28)
    near = (at >= first[:, None] - _RIM) & (at <= last[:, None] + _RIM)
    result: NDArray[np.bool_] = near & there.any(axis=1)[:, None]
    return result

"""Rotation: a turn about the centre of the image."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Floats = NDArray[np.float64]


def turned(degrees: Floats) -> Floats:
    """Return maps (n, 2, 2) that turn by angles (n,) in degrees, clockwise where they are positive."""
    cos, sin = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    return np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)


def turns(count: int, rng: np.random.Generator, rotation: float) -> Floats:
    """Return maps (count, 2, 2), each a turn by up to so many degrees either way."""
    return turned(rng.uniform(-rotation, rotation, count))


class Rotation(Effect):
    title = "Rotation"
    change = Change("linear", turns, (("rotation", "turned left", "turned right"),))

    rotation: Annotated[
        float,
        Field(ge=0, le=180),
        Control("Rotation ±", "Largest turn either way, in degrees.", step=1.0, format="%g°", tries=(0, 20)),
    ] = 0.0

"""Shear: strokes that lean, as some people's handwriting does; rows stay rows."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Floats = NDArray[np.float64]


def sheared(degrees: Floats) -> Floats:
    """Return maps (n, 2, 2) that lean what was upright by angles (n,) in degrees, positive to the right."""
    lean, one = np.tan(np.deg2rad(degrees)), np.ones(len(degrees))
    return np.stack([np.stack([one, 0 * one], -1), np.stack([lean, one], -1)], -2)


def shears(count: int, rng: np.random.Generator, shear: float) -> Floats:
    """Return maps (count, 2, 2), each a lean by up to so many degrees either way."""
    return sheared(rng.uniform(-shear, shear, count))


class Shear(Effect):
    title = "Shear"
    change = Change("linear", shears, (("shear", "leaning left", "leaning right"),))

    shear: Annotated[
        float,
        Field(ge=0, le=45),
        Control(
            "Shear ±",
            "Largest lean of upright strokes either way, in degrees: some people's writing slants.",
            step=1.0,
            format="%g°",
            tries=(0, 20),
        ),
    ] = 0.0

"""Shift: left or right, up or down."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Floats = NDArray[np.float64]


def shifted(down: Floats, right: Floats) -> Floats:
    """Return pixels down and right (n, 2) from shares (n,) of the image's 28 pixels."""
    return np.stack([28 * down, 28 * right], -1)


def shifts(count: int, rng: np.random.Generator, width_shift: float, height_shift: float) -> Floats:
    """Return pixels down and right (count, 2), each by up to these shares of the image either way."""
    down = rng.uniform(-height_shift, height_shift, count)
    right = rng.uniform(-width_shift, width_shift, count)
    return shifted(down, right)


class Shift(Effect):
    title = "Shift"
    change = Change("shift", shifts, (("width_shift", "left", "right"), ("height_shift", "up", "down")))

    width_shift: Annotated[
        float,
        Field(ge=0, le=0.5),
        Control(
            "Shift left/right ±",
            "Largest shift to either side, as a share of the width.",
            step=0.01,
            format="percent",
            tries=(0, 0.2),
        ),
    ] = 0.0
    height_shift: Annotated[
        float,
        Field(ge=0, le=0.5),
        Control(
            "Shift up/down ±",
            "Largest shift up or down, as a share of the height.",
            step=0.01,
            format="percent",
            tries=(0, 0.2),
        ),
    ] = 0.0

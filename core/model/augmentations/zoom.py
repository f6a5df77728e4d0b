"""Zoom: another size, about the centre of the image."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control

Floats = NDArray[np.float64]


def zoomed(factor: Floats) -> Floats:
    """Return maps (n, 2, 2) that make images so many times (n,) as large."""
    return np.eye(2) / factor[:, np.newaxis, np.newaxis]


def zooms(count: int, rng: np.random.Generator, zoom: float) -> Floats:
    """Return maps (count, 2, 2), each a change of size by up to this share either way."""
    return zoomed(rng.uniform(1 - zoom, 1 + zoom, count))


class Zoom(Effect):
    title = "Zoom"
    change = Change("linear", zooms, (("zoom", "smaller", "larger"),))

    zoom: Annotated[
        float,
        Field(ge=0, le=0.5),
        Control("Zoom ±", "Largest change of size either way.", step=0.01, format="percent", tries=(0, 0.2)),
    ] = 0.0

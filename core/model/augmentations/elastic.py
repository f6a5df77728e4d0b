"""Elastic deformation: lines bend as from an unsteady hand (Simard, Steinkraus & Platt 2003, section 2)."""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from core.model.augmentations.effect import Change, Effect
from core.model.kind import Control


def displacements(
    count: int, rng: np.random.Generator, elastic: float, elastic_smoothness: float
) -> NDArray[np.float32]:
    """Return displacements in pixels float32 (count, 2, 784): uniform noise, smoothed by a Gaussian.

    Args:
        elastic: standard deviation of every displacement, down and to the right alike.
        elastic_smoothness: σ of the Gaussian in pixels: over how far neighbours move together.
    """
    at = np.arange(28, dtype=np.float32)
    weights = np.exp(-((at[:, np.newaxis] - at) ** 2) / (2 * elastic_smoothness**2))
    weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True))  # so that all pixels move equally far
    noise = elastic * np.sqrt(np.float32(3)) * (2 * rng.random((count, 2, 28, 28), np.float32) - 1)
    return np.reshape(weights @ noise @ weights.T, (count, 2, 784))


class Elastic(Effect):
    """Simard's α is what the smoothed noise is multiplied with, and that is the smaller the larger σ is.

    Here the strength is how far pixels move whatever σ is: their α = 34 with σ = 4 is 1.4 pixels.
    """

    title = "Elastic deformation"
    change = Change("field", displacements)

    elastic: Annotated[
        float,
        Field(ge=0, le=4),
        Control(
            "Elastic",
            "How far pixels are moved, neighbours together, so that lines bend: the standard deviation, in "
            "pixels. Up to 1.5 most digits stay readable.",
            word="elastic deformation",
            step=0.1,
            format="%g px",
            tries=(0, 2),
        ),
    ] = 0.0
    elastic_smoothness: Annotated[
        float,
        Field(ge=1, le=10),
        Control(
            "Elastic: smoothness",
            "Over how many pixels neighbours move together (σ of a Gaussian). Small: lines tremble. Large: "
            "whole strokes bend.",
            word="smoothness of the elastic deformation",
            step=0.5,
            format="%g px",
            tries=(2, 6),
            unless=("elastic", 0),
        ),
    ] = 4.0

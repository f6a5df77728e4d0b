"""Steps of one size for every weight, by the sign of a mean of gradients (Chen et al. 2023)."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.optimizers.base import ClipNorm, LearningRate, OptimizerKind, WeightDecay


class Lion(OptimizerKind):
    """Its rate is usually a third to a tenth of Adam's: every weight takes a whole step each time."""

    title = "Lion"
    keras_class = "Lion"
    usual_rate = 0.0001

    kind: Literal["lion"] = "lion"
    learning_rate: LearningRate = 0.0001
    beta_1: Annotated[
        float,
        Field(gt=0, lt=1),
        Control(
            "β₁",
            "How much the mean of gradients counts for the sign of a step, beside the newest gradient.",
            word="β₁",
            step=0.05,
            tries=(0.8, 0.99),
        ),
    ] = 0.9
    beta_2: Annotated[
        float,
        Field(ge=0, lt=1),
        Control(
            "β₂",
            "How much of the running mean of gradients is kept at each step.",
            word="β₂",
            step=0.01,
            tries=(0.9, 0.999),
        ),
    ] = 0.99
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

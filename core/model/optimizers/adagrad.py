"""Steps that shrink with the squared gradients so far (Duchi, Hazan & Singer 2011)."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.optimizers.base import ClipNorm, Epsilon, LearningRate, OptimizerKind, WeightDecay


class Adagrad(OptimizerKind):
    title = "Adagrad"
    keras_class = "Adagrad"
    usual_rate = 0.03

    kind: Literal["adagrad"] = "adagrad"
    learning_rate: LearningRate = 0.01
    initial_accumulator_value: Annotated[
        float,
        Field(ge=0, le=10),
        Control(
            "Initial accumulator",
            "What the sums of squared gradients start from.",
            step=0.1,
            tries=(0.01, 1),
            by_factors=True,
        ),
    ] = 0.1
    epsilon: Epsilon = 1e-7
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

"""Steps divided by a fading mean of squared gradients (Tieleman & Hinton 2012, lecture 6.5)."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.optimizers.base import (
    ClipNorm,
    Epsilon,
    LearningRate,
    MomentumShare,
    OptimizerKind,
    WeightDecay,
)


class RMSprop(OptimizerKind):
    title = "RMSprop"
    keras_class = "RMSprop"
    usual_rate = 0.001

    kind: Literal["rmsprop"] = "rmsprop"
    learning_rate: LearningRate = 0.001
    rho: Annotated[
        float,
        Field(ge=0, lt=1),
        Control(
            "ρ (rho)",
            "How much of the running mean of squared gradients is kept at each step.",
            word="ρ",
            step=0.05,
            tries=(0.8, 0.99),
        ),
    ] = 0.9
    momentum: MomentumShare = 0.0
    epsilon: Epsilon = 1e-7
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

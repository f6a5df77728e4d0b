"""Adam with weight decay on from the start (Loshchilov & Hutter 2019)."""

from typing import Literal

from core.model.optimizers.base import (
    ClipNorm,
    Epsilon,
    LearningRate,
    MeanShare,
    OptimizerKind,
    SquareShare,
    WeightDecay,
)


class AdamW(OptimizerKind):
    title = "AdamW"
    keras_class = "AdamW"
    usual_rate = 0.001

    kind: Literal["adamw"] = "adamw"
    learning_rate: LearningRate = 0.001
    weight_decay: WeightDecay = 0.004
    beta_1: MeanShare = 0.9
    beta_2: SquareShare = 0.999
    epsilon: Epsilon = 1e-7
    clip_norm: ClipNorm = 0.0

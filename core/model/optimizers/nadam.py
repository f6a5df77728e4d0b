"""Adam whose mean looks one step ahead, as Nesterov's momentum does (Dozat 2016)."""

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


class Nadam(OptimizerKind):
    title = "Nadam"
    keras_class = "Nadam"
    usual_rate = 0.001

    kind: Literal["nadam"] = "nadam"
    learning_rate: LearningRate = 0.001
    beta_1: MeanShare = 0.9
    beta_2: SquareShare = 0.999
    epsilon: Epsilon = 1e-7
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

"""Fading means of gradients and of their squares, corrected for their start (Kingma & Ba 2015)."""

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


class Adam(OptimizerKind):
    title = "Adam"
    keras_class = "Adam"
    usual_rate = 0.001

    kind: Literal["adam"] = "adam"
    learning_rate: LearningRate = 0.001
    beta_1: MeanShare = 0.9
    beta_2: SquareShare = 0.999
    epsilon: Epsilon = 1e-7
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

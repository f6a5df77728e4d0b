"""What Adam and its kin share: fading means of gradients and of their squares."""

from core.model.optimizers.base import (
    ClipNorm,
    Epsilon,
    LearningRate,
    MeanShare,
    OptimizerKind,
    SquareShare,
    WeightDecay,
)


class Moments(OptimizerKind):
    usual_rate = 0.001

    learning_rate: LearningRate = 0.001
    beta_1: MeanShare = 0.9
    beta_2: SquareShare = 0.999
    epsilon: Epsilon = 1e-7
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

"""Steps that carry on some of the last step (Polyak 1964)."""

from typing import Literal

from core.model.optimizers.base import ClipNorm, LearningRate, MomentumShare, OptimizerKind, WeightDecay


class Momentum(OptimizerKind):
    title = "Momentum"
    keras_class = "SGD"
    usual_rate = 0.01

    kind: Literal["momentum"] = "momentum"
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

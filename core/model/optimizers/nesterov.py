"""Momentum that looks ahead (Sutskever et al. 2013, section 2)."""

from typing import ClassVar, Literal

from core.model.optimizers.base import ClipNorm, LearningRate, MomentumShare, OptimizerKind, WeightDecay


class Nesterov(OptimizerKind):
    title = "Nesterov momentum"
    keras_class = "SGD"
    usual_rate = 0.01
    fixed: ClassVar = {"nesterov": True}

    kind: Literal["nesterov"] = "nesterov"
    learning_rate: LearningRate = 0.01
    momentum: MomentumShare = 0.9
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

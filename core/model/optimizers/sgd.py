"""Plain steps against the gradient."""

from typing import Literal

from core.model.optimizers.base import ClipNorm, LearningRate, OptimizerKind, WeightDecay


class SGD(OptimizerKind):
    title = "SGD"
    keras_class = "SGD"
    usual_rate = 0.1

    kind: Literal["sgd"] = "sgd"
    learning_rate: LearningRate = 0.01
    weight_decay: WeightDecay = 0.0
    clip_norm: ClipNorm = 0.0

"""The layers a network can be made of, as frozen values.

This module knows no Keras: `build` turns these values into layers, `shapes` computes what they cost.
"""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Frozen

Activation = Literal["sigmoid", "tanh", "relu", "leaky_relu", "elu", "gelu", "silu"]
BatchNorm = Literal["none", "before", "after"]
"""Whether batch normalisation stands before or after the activation, or not at all."""


class Activated(Frozen):
    """What Conv2D and Dense share: what happens to their weighted sums."""

    activation: Activation = "relu"
    negative_slope: float = Field(default=0.01, ge=0, le=1)
    """Slope left of zero; only leaky ReLU uses it."""
    batch_norm: BatchNorm = "none"


class Conv2D(Activated):
    """Square kernels with stride 1 over an image."""

    kind: Literal["conv2d"] = "conv2d"
    filters: int = Field(default=32, ge=1, le=512)
    kernel_size: int = Field(default=3, ge=1, le=7)
    padding: Literal["same", "valid"] = "same"


class MaxPooling2D(Frozen):
    """The maximum of each `pool_size` × `pool_size` square; the squares do not overlap."""

    kind: Literal["max_pooling2d"] = "max_pooling2d"
    pool_size: int = Field(default=2, ge=2, le=7)


class Dropout(Frozen):
    """Sets a random share of its inputs to zero while training."""

    kind: Literal["dropout"] = "dropout"
    rate: float = Field(default=0.25, ge=0, le=0.95)


class Flatten(Frozen):
    """Turns an image into one long vector."""

    kind: Literal["flatten"] = "flatten"


class GlobalPooling2D(Frozen):
    """Turns each channel of an image into one number, its average or its maximum."""

    kind: Literal["global_pooling2d"] = "global_pooling2d"
    mode: Literal["average", "max"] = "average"


class Dense(Activated):
    """Every input connected with every unit."""

    kind: Literal["dense"] = "dense"
    units: int = Field(default=64, ge=1, le=4096)


Layer = Annotated[
    Conv2D | MaxPooling2D | Dropout | Flatten | GlobalPooling2D | Dense, Field(discriminator="kind")
]

LAYER_NAMES: dict[str, str] = {
    "conv2d": "Conv2D",
    "max_pooling2d": "MaxPooling",
    "dropout": "Dropout",
    "flatten": "Flatten",
    "global_pooling2d": "Global pooling",
    "dense": "Dense",
}
LAYER_CLASSES: dict[str, type[Frozen]] = {
    "conv2d": Conv2D,
    "max_pooling2d": MaxPooling2D,
    "dropout": Dropout,
    "flatten": Flatten,
    "global_pooling2d": GlobalPooling2D,
    "dense": Dense,
}
ACTIVATION_NAMES: dict[str, str] = {
    "relu": "ReLU",
    "leaky_relu": "Leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU (swish)",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
}

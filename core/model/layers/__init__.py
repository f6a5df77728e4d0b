"""The layers a network can be made of, one file a kind; names, choices and classes follow from the union.

Nothing here knows Keras: each kind says which Keras objects it stands for, `build` makes these.
"""

from typing import Annotated

from pydantic import Field

from core.model.kind import members, titles
from core.model.layers.activated import ACTIVATION_NAMES, Activated, Activation, BatchNorm, InitialWeights
from core.model.layers.average_pooling2d import AveragePooling2D
from core.model.layers.base import LayerCost, LayerKind, Shape
from core.model.layers.conv2d import Conv2D
from core.model.layers.convolution import Convolution
from core.model.layers.dense import Dense
from core.model.layers.dropout import Dropout
from core.model.layers.flatten import Flatten
from core.model.layers.global_pooling2d import GlobalPooling2D
from core.model.layers.max_pooling2d import MaxPooling2D
from core.model.layers.rescaling import Rescaling
from core.model.layers.residual import Residual
from core.model.layers.separable_conv2d import SeparableConv2D

Layer = Annotated[
    Conv2D
    | SeparableConv2D
    | Residual
    | MaxPooling2D
    | AveragePooling2D
    | Dropout
    | Flatten
    | GlobalPooling2D
    | Rescaling
    | Dense,
    Field(discriminator="kind"),
]

LAYER_NAMES: dict[str, str] = titles(Layer)
LAYER_CLASSES: dict[str, type[LayerKind]] = members(Layer)

__all__ = [
    "ACTIVATION_NAMES",
    "LAYER_CLASSES",
    "LAYER_NAMES",
    "Activated",
    "Activation",
    "AveragePooling2D",
    "BatchNorm",
    "Conv2D",
    "Convolution",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalPooling2D",
    "InitialWeights",
    "Layer",
    "LayerCost",
    "LayerKind",
    "MaxPooling2D",
    "Rescaling",
    "Residual",
    "SeparableConv2D",
    "Shape",
]

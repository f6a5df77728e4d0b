"""The layers a network can be made of, one file a kind; names, choices and classes follow from the union.

Nothing here knows Keras: each kind says which Keras objects it stands for, `build` makes these.
"""

from typing import Annotated

from pydantic import Field

from core.model.kind import members, titles
from core.model.layers.activated import ACTIVATION_NAMES, Activated, Activation, BatchNorm
from core.model.layers.base import LayerCost, LayerKind, Shape
from core.model.layers.conv2d import Conv2D
from core.model.layers.dense import Dense
from core.model.layers.dropout import Dropout
from core.model.layers.flatten import Flatten
from core.model.layers.global_pooling2d import GlobalPooling2D
from core.model.layers.max_pooling2d import MaxPooling2D

Layer = Annotated[
    Conv2D | MaxPooling2D | Dropout | Flatten | GlobalPooling2D | Dense, Field(discriminator="kind")
]

LAYER_NAMES: dict[str, str] = titles(Layer)
LAYER_CLASSES: dict[str, type[LayerKind]] = members(Layer)

__all__ = [
    "ACTIVATION_NAMES",
    "LAYER_CLASSES",
    "LAYER_NAMES",
    "Activated",
    "Activation",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalPooling2D",
    "Layer",
    "LayerCost",
    "LayerKind",
    "MaxPooling2D",
    "Shape",
]

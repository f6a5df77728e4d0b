"""The optimizers, one file each; a new one is a file and its name in the union."""

from typing import Annotated

from pydantic import Field

from core.model.kind import members, titles
from core.model.optimizers.adagrad import Adagrad
from core.model.optimizers.adam import Adam
from core.model.optimizers.adamw import AdamW
from core.model.optimizers.lion import Lion
from core.model.optimizers.momentum import Momentum
from core.model.optimizers.nadam import Nadam
from core.model.optimizers.nesterov import Nesterov
from core.model.optimizers.rmsprop import RMSprop
from core.model.optimizers.sgd import SGD

Optimizer = Annotated[
    SGD | Momentum | Nesterov | Adagrad | RMSprop | Adam | AdamW | Nadam | Lion, Field(discriminator="kind")
]
OPTIMIZERS = members(Optimizer)
OPTIMIZER_NAMES = titles(Optimizer)

__all__ = [
    "OPTIMIZERS",
    "OPTIMIZER_NAMES",
    "SGD",
    "Adagrad",
    "Adam",
    "AdamW",
    "Lion",
    "Momentum",
    "Nadam",
    "Nesterov",
    "Optimizer",
    "RMSprop",
]

"""The learning-rate schedules, one file each; a new one is a file and its name in the union."""

from typing import Annotated

from pydantic import Field

from core.model.kind import members, titles
from core.model.schedules.constant import Constant
from core.model.schedules.cosine import Cosine
from core.model.schedules.exponential import Exponential
from core.model.schedules.one_cycle import OneCycle
from core.model.schedules.reduce_on_plateau import ReduceOnPlateau

Schedule = Annotated[
    Constant | ReduceOnPlateau | Exponential | Cosine | OneCycle, Field(discriminator="kind")
]
SCHEDULES = members(Schedule)
SCHEDULE_NAMES = titles(Schedule)

__all__ = [
    "SCHEDULES",
    "SCHEDULE_NAMES",
    "Constant",
    "Cosine",
    "Exponential",
    "OneCycle",
    "ReduceOnPlateau",
    "Schedule",
]

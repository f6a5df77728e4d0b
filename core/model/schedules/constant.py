"""The optimizer's learning rate throughout."""

from typing import Literal

from core.model.schedules.base import ScheduleKind


class Constant(ScheduleKind):
    title = "Constant"

    kind: Literal["constant"] = "constant"

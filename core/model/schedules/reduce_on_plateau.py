"""A lower rate wherever the validation loss no longer improves."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control, KerasObject
from core.model.schedules.base import ScheduleKind


class ReduceOnPlateau(ScheduleKind):
    """Multiply the learning rate by `factor` once validation loss has not improved for `patience` epochs."""

    title = "Reduce on plateau"

    kind: Literal["reduce_on_plateau"] = "reduce_on_plateau"
    factor: Annotated[
        float,
        Field(gt=0, lt=1),
        Control(
            "Factor", "What the learning rate is multiplied with on a plateau.", step=0.1, tries=(0.2, 0.8)
        ),
    ] = 0.5
    patience: Annotated[
        int,
        Field(ge=1, le=50),
        Control("Patience (epochs)", "How many epochs without improvement are waited for.", tries=(2, 10)),
    ] = 3
    min_learning_rate: Annotated[
        float,
        Field(ge=0, le=1),
        Control(
            "Smallest rate",
            "The learning rate is never reduced below this.",
            word="smallest learning rate",
            step=1e-5,
            tries=(1e-6, 1e-4),
            by_factors=True,
        ),
    ] = 1e-5

    def callback(self) -> KerasObject:
        config = {"factor": self.factor, "patience": self.patience, "min_lr": self.min_learning_rate}
        return KerasObject("callbacks", "ReduceLROnPlateau", config)

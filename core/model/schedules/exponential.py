"""The same factor after every epoch."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.schedules.base import ScheduleKind


def exponential(step: int, steps: int, epoch: int, peak: float, decay: float) -> float:
    """Multiplies the rate by the same factor after every epoch."""
    return max(peak * decay**epoch, 1e-38)  # never 0 as a float32


class Exponential(ScheduleKind):
    """Multiply the learning rate by `decay` after every epoch, as PyTorch's `ExponentialLR` does."""

    title = "Exponential"
    formula = staticmethod(exponential)

    kind: Literal["exponential"] = "exponential"
    decay: Annotated[
        float,
        Field(gt=0, lt=1),
        Control(
            "Factor per epoch",
            "What the learning rate is multiplied with after every epoch: with 0.9 half of it is left after "
            "seven.",
            word="factor per epoch",
            step=0.05,
            tries=(0.5, 0.98),
        ),
    ] = 0.9

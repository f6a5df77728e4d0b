"""Up to the learning rate, then far down."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.schedules.base import ScheduleKind, ramp


def one_cycle(
    step: int,
    steps: int,
    epoch: int,
    peak: float,
    warmup_share: float,
    start_divisor: float,
    final_divisor: float,
) -> float:
    """Raises the rate, then lowers it further (one cycle, Smith & Topin 2019)."""
    start = peak / start_divisor
    top = warmup_share * steps - 1
    if step <= top and top > 0:  # a warm-up of one step is at the peak at once; PyTorch divides by zero
        return ramp(start, peak, step / top)
    return ramp(peak, start / final_divisor, (step - top) / (steps - 1 - top))


class OneCycle(ScheduleKind):
    """Up to the learning rate in the first `warmup_share` of all steps, then down (Smith & Topin 2019).

    With cosine ramps, as in PyTorch's `OneCycleLR`.
    """

    title = "One-cycle"
    formula = staticmethod(one_cycle)

    kind: Literal["one_cycle"] = "one_cycle"
    warmup_share: Annotated[
        float,
        Field(gt=0, lt=1),
        Control(
            "Warm-up share",
            "Share of all steps in which the rate rises.",
            word="warm-up share",
            step=0.05,
            tries=(0.1, 0.5),
        ),
    ] = 0.3
    start_divisor: Annotated[
        float,
        Field(ge=1, le=1e4),
        Control(
            "Start divisor",
            "The rate starts at the learning rate divided by this.",
            step=5.0,
            tries=(5, 50),
            by_factors=True,
        ),
    ] = 25.0
    final_divisor: Annotated[
        float,
        Field(ge=1, le=1e8),
        Control(
            "Final divisor",
            "The rate ends at its start divided by this.",
            step=1000.0,
            tries=(100, 1e5),
            by_factors=True,
        ),
    ] = 1e4

"""Half a cosine down from the learning rate, if asked for after a linear rise."""

from typing import Annotated, Literal

from pydantic import Field

from core.model.kind import Control
from core.model.schedules.base import ScheduleKind, ramp


def cosine(step: int, steps: int, epoch: int, peak: float, final_share: float, warmup_share: float) -> float:
    """Lowers the rate along half a cosine (Loshchilov & Hutter 2017); before that it may rise linearly."""
    rising = round(warmup_share * steps)
    if step < rising:
        return peak * step / rising
    return ramp(peak, peak * final_share, (step - rising) / (steps - rising))


class Cosine(ScheduleKind):
    """Half a cosine from the learning rate down to `final_share` of it (Loshchilov & Hutter 2017, section 3).

    In the first `warmup_share` of all steps it rises from 0 (Goyal et al. 2017, section 2.2), as Keras'
    `CosineDecay` does.
    """

    title = "Cosine"
    formula = staticmethod(cosine)

    kind: Literal["cosine"] = "cosine"
    final_share: Annotated[
        float,
        Field(ge=0, le=1),
        Control(
            "Final share",
            "What is left of the learning rate at the end, as a share.",
            step=0.01,
            tries=(0, 0.1),
        ),
    ] = 0.0
    warmup_share: Annotated[
        float,
        Field(ge=0, lt=1),
        Control(
            "Warm-up share",
            "Share of all steps in which the rate first rises evenly from 0, while the weights are still "
            "random; 0 is off.",
            word="warm-up share",
            step=0.05,
            tries=(0, 0.3),
        ),
    ] = 0.0

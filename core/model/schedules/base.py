"""What all learning-rate schedules share: the rate at a step, and half a cosine between two rates."""

import math
from collections.abc import Callable
from typing import ClassVar

from core.model.kind import KerasObject, Kind


def ramp(start: float, end: float, share: float) -> float:
    """Return the value at this share of half a cosine from start to end."""
    share = min(1.0, max(0.0, share))
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


class ScheduleKind(Kind):
    """How the learning rate changes during a run, in plain Python: a page can draw what the worker will do.

    One acts on every step by its formula, or on every epoch by a callback of Keras, or not at all.
    """

    formula: ClassVar[Callable[..., float] | None] = None
    """The function `(step, steps, epoch, peak, **fields)` that gives the rate, if one acts on every step.

    The script export prints its source and those of the functions it calls: they need nothing but `math`.
    """

    def rate(self, peak: float, step: int, steps: int, epoch: int) -> float:
        """Return the learning rate of a step.

        Args:
            peak: the optimizer's learning rate.
            step: counted from 0, of `steps` in all.
            epoch: in which the step lies, counted from 0.
        """
        if self.formula is None:
            return peak
        return self.formula(step, steps, epoch, peak, **self.model_dump(exclude={"kind"}))

    def callback(self) -> KerasObject | None:
        """Return the callback of Keras that stands for it, if one does."""
        return None

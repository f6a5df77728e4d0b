"""The learning rate at each step, in plain Python, so that a page can draw what the worker will do."""

import math

from core.model.specs import Cosine, OneCycle, Schedule


def learning_rate_at(schedule: Schedule, peak: float, step: int, total_steps: int) -> float:
    """Return the learning rate for `step`, counted from 0, of `total_steps`.

    Args:
        schedule: its form; `Constant` and `ReduceOnPlateau` give `peak` (the latter acts on epochs).
        peak: the optimizer's learning rate.

    Sources: cosine, Loshchilov & Hutter 2017, section 3; one-cycle, Smith & Topin 2019, with cosine
    ramps as in PyTorch's `OneCycleLR`.
    """
    match schedule:
        case Cosine():
            return _ramp(peak, peak * schedule.final_share, step / total_steps)
        case OneCycle():
            return _one_cycle(schedule, peak, step, total_steps)
    return peak


def _one_cycle(schedule: OneCycle, peak: float, step: int, total_steps: int) -> float:
    start = peak / schedule.start_divisor
    top = schedule.warmup_share * total_steps - 1
    if step <= top and top > 0:  # a warm-up of one step is at the peak at once; PyTorch divides by zero
        return _ramp(start, peak, step / top)
    return _ramp(peak, start / schedule.final_divisor, (step - top) / (total_steps - 1 - top))


def _ramp(start: float, end: float, share: float) -> float:
    """Return the value at `share` of half a cosine from `start` to `end`."""
    share = min(1.0, max(0.0, share))
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2

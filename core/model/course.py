"""How a run goes through its epochs, in plain Python: its batches, its stages, where it was continued."""

import math
from itertools import accumulate, pairwise

from core.errors import SpecError
from core.model.specs import MOST_EPOCHS, Continuation, RunSpec

STATISTICS_IMAGES = 2_048
"""On how many training images batch normalisation is measured for averaged weights, in whole batches."""


def epoch_ends(spec: RunSpec, images: int, epochs: int | None = None) -> tuple[int, ...]:
    """Return how many batches are done before the first epoch (0) and at the end of each.

    Args:
        images: how many train.
        epochs: how many epochs to count; None: the spec's own.
    """
    numbers = range(1, (spec.epochs if epochs is None else epochs) + 1)
    return tuple(accumulate((math.ceil(images / spec.batch_size_in(n)) for n in numbers), initial=0))


def stages(spec: RunSpec) -> list[tuple[int, int]]:
    """Return the parts that a run is trained in, as (epochs done before, at the end).

    In each all batches have one size, and each time the run was continued another begins.
    """
    turns = {*spec.batch_doublings, *restarts(spec)}
    return list(pairwise([0, *sorted(after for after in turns if after < spec.epochs), spec.epochs]))


def restarts(spec: RunSpec) -> list[int]:
    """Return the epochs after which a run was continued: there schedules begin anew, and patience too."""
    return [told.after for told in spec.continued if told.after < spec.epochs]


def legs(spec: RunSpec) -> list[tuple[int, int]]:
    """Return over which epochs schedules of a whole length stretch, as (epochs done before, planned end).

    Each time a run was continued another begins: a warm restart (Loshchilov & Hutter 2017, section 3). A leg
    may have ended before its planned end.
    """
    told = [told for told in spec.continued if told.after < spec.epochs]
    begins = [0, *(leg.after for leg in told)]
    return list(zip(begins, [*(leg.planned for leg in told), spec.epochs], strict=True))


def leg_of(spec: RunSpec, epochs_done: int) -> tuple[int, int]:
    """Return the leg that the epoch after so many belongs to."""
    return next(leg for leg in reversed(legs(spec)) if leg[0] <= epochs_done)


def longer(spec: RunSpec, done: int, more: int) -> RunSpec:
    """Return the spec of a run that goes on for `more` epochs after so many whole ones of `spec`.

    Raises:
        SpecError: it would have too many epochs.
    """
    if done + more > MOST_EPOCHS:
        raise SpecError(
            f"A run has at most {MOST_EPOCHS} epochs, and this one has {done} already: choose fewer more."
        )
    before = [told for told in spec.continued if told.after < done]
    told = (*before, Continuation(after=done, planned=max(done, spec.epochs)))
    return RunSpec.model_validate(spec.model_dump() | {"epochs": done + more, "continued": told})

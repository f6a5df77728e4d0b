"""How a run goes through its epochs, in plain Python: how many batches each of them has."""

import math
from itertools import accumulate, pairwise

from core.model.specs import RunSpec


def epoch_ends(spec: RunSpec, images: int, epochs: int | None = None) -> tuple[int, ...]:
    """Return how many batches are done before the first epoch (0) and at the end of each.

    Args:
        images: how many train.
        epochs: how many epochs to count; None: the spec's own.
    """
    numbers = range(1, (spec.epochs if epochs is None else epochs) + 1)
    return tuple(accumulate((math.ceil(images / spec.batch_size_in(n)) for n in numbers), initial=0))


def stages(spec: RunSpec) -> list[tuple[int, int]]:
    """Return the parts of a run in which all batches have one size, as (epochs done before, at the end)."""
    turns = [0, *(after for after in spec.batch_doublings if after < spec.epochs), spec.epochs]
    return list(pairwise(turns))

"""How long runs will take, from how long others took here and from the work in each configuration."""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import median

from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.runs.queue import Queue, starts
from core.runs.records import Run
from core.runs.status import RunStatus

OVERHEAD = 3_000_000
"""What an image costs beside its multiply-adds, in multiply-adds: to fetch it, and what is not counted."""
AROUND = 3.0
"""Seconds before the first batch and after the last: reading, compiling, measuring."""
ALIKE = 5
"""From so many runs, those most alike in size, the pace is taken."""


@lru_cache(maxsize=2000)
def _cost(spec: RunSpec) -> float:
    """Return what one image costs in training, in multiply-adds."""
    return float(network_cost(spec.layers).multiply_adds + OVERHEAD)


def seconds_for(spec: RunSpec, known: Sequence[Run]) -> float | None:
    """Return about how long a whole run will take, or None where no run was ever trained here.

    Args:
        known: runs; those that were trained here, for at least a second, tell the pace.
    """
    cost = _cost(spec)
    told = [run for run in known if _tells(run)]
    trained = [run for run in told if run.spec.precision == spec.precision] or told
    trained.sort(key=lambda run: abs(math.log(_cost(run.spec) / cost)))
    if not trained:
        return None
    pace = median(run.progress.seconds / (run.progress.epoch * _each(run.spec)) for run in trained[:ALIKE])
    return AROUND + pace * spec.epochs * _each(spec)


def waits(queue: Queue, known: Sequence[Run]) -> dict[str, tuple[int, float | None]]:
    """Return the place of each run that waits, counted from 1, and in about how many seconds it begins.

    Args:
        known: as in `seconds_for`; without any that tells, only the places are known.
    """

    def whole(run: Run) -> float:
        return seconds_for(run.spec, known) or math.nan

    def left(run: Run) -> float:
        if run.status is not RunStatus.RUNNING:
            return 0.0  # paused, it gives its worker back; stopped, it is done in a moment
        seconds = run.progress.seconds_left
        return AROUND / 2 + seconds if seconds is not None else whole(run)

    known_in = {}
    for place, (run, seconds) in enumerate(starts(queue, left, whole), start=1):
        known_in[run.id] = (place, None if math.isnan(seconds) else seconds)
    return known_in


def _each(spec: RunSpec) -> float:
    """Return the work of one epoch."""
    return _cost(spec) * spec.data.images


def _tells(run: Run) -> bool:
    own = run.imported_at is None and not run.is_bundled and not run.spec.continued
    over = run.status in (RunStatus.FINISHED, RunStatus.STOPPED)
    return own and over and run.progress.epoch > 0 and run.progress.seconds >= 1.0

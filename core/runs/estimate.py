"""How long runs will take, from how long others took here and from the work in each configuration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from heapq import nsmallest
from statistics import median

from core.model.precision import Precision
from core.model.shapes import network_cost
from core.model.specs import RunSpec, parse
from core.runs.queue import Queue, starts
from core.runs.records import Run
from core.runs.status import RunStatus

OVERHEAD = 3_000_000
"""What an image costs beside its multiply-adds, in multiply-adds: to fetch it, and what is not counted."""
AROUND = 3.0
"""Seconds before the first batch and after the last: reading, compiling, measuring."""
ALIKE = 5
"""From so many runs, those most alike in size, the pace is taken."""


@dataclass(frozen=True)
class _Trained:
    """What a run that was trained here tells: its size, as a logarithm, and seconds for a multiply-add."""

    precision: Precision
    size: float
    pace: float


def seconds_for(spec: RunSpec, known: Sequence[Run]) -> float | None:
    """Return about how long a whole run will take, or None where no run was ever trained here.

    Args:
        known: runs; those that were trained here, for at least a second, tell the pace.
    """
    return _seconds(spec, _trained(known))


def _trained(known: Sequence[Run]) -> list[_Trained]:
    return [_told(run.spec_json, run.progress.seconds / run.progress.epoch) for run in known if _tells(run)]


@lru_cache(maxsize=50_000)
def _told(spec_json: str, seconds: float) -> _Trained:
    """Return what a run with this spec and so many seconds an epoch tells; a class asks once a second."""
    spec = parse(spec_json)
    return _Trained(spec.precision, math.log(_cost(spec)), seconds / _each(spec))


def _seconds(spec: RunSpec, told: list[_Trained]) -> float | None:
    size = math.log(_cost(spec))
    trained = [one for one in told if one.precision == spec.precision] or told
    if not trained:
        return None
    alike = nsmallest(ALIKE, trained, key=lambda one: abs(one.size - size))
    return AROUND + median(one.pace for one in alike) * spec.epochs * _each(spec)


def waits(queue: Queue, known: Sequence[Run]) -> dict[str, tuple[int, float | None]]:
    """Return the place of each run that waits, counted from 1, and in about how many seconds it begins.

    Args:
        known: as in `seconds_for`; without any that tells, only the places are known.
    """
    told = _trained(known)

    @cache  # a class trains the same again and again
    def long(spec_json: str) -> float | None:
        return _seconds(parse(spec_json), told)

    def whole(run: Run) -> float:
        return long(run.spec_json) or math.nan

    def left(run: Run) -> float:
        if run.status is not RunStatus.RUNNING:
            return 0.0  # paused, it gives its worker back; stopped, it is done in a moment
        seconds = run.progress.seconds_left
        return AROUND / 2 + seconds if seconds is not None else whole(run)

    known_in = {}
    for place, (run, seconds) in enumerate(starts(queue, left, whole), start=1):
        known_in[run.id] = (place, None if math.isnan(seconds) else seconds)
    return known_in


def _cost(spec: RunSpec) -> float:
    """Return what one image costs in training, in multiply-adds."""
    return float(network_cost(spec.layers).multiply_adds + OVERHEAD)


def _each(spec: RunSpec) -> float:
    """Return the work of one epoch."""
    return _cost(spec) * spec.data.images


def _tells(run: Run) -> bool:
    own = run.imported_at is None and not run.is_bundled and not run.spec.continued
    over = run.status in (RunStatus.FINISHED, RunStatus.STOPPED)
    return own and over and run.progress.epoch > 0 and run.progress.seconds >= 1.0

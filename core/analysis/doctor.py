"""The curve doctor: names what a run's curves show, with the epoch and what to try.

The signs are those of Goodfellow, Bengio & Courville 2016 (Deep Learning, chapter 11) and of Smith 2018
(arXiv:1803.09820, sections 3 and 4): loss against epochs, training beside validation.
"""

from core.analysis.origin import UNKNOWN, Origin
from core.analysis.signs import layers, learning, rates
from core.analysis.signs.case import GUESSING, Case
from core.analysis.signs.findings import Finding, Kind, Severity, gravest_first
from core.analysis.signs.generalising import (
    batch_norm_warm_up,
    few_validated,
    last_worse,
    over_fitting,
    plateau,
    validation_better,
)
from core.analysis.signs.lost import dead_units
from core.analysis.signs.trends import falls_smoothly, smoothed
from core.analysis.signs.unlike import far_below
from core.analysis.signs.wording import number
from core.analysis.units import Units
from core.analysis.vitals import Vitals
from core.model.specs import RunSpec
from core.runs.records import History, Results
from core.runs.status import RunStatus
from core.words import so_many

TOO_FEW = 3
"""Epochs below which there is no trend."""
HARDLY_BEGUN = 0.8 * GUESSING
"""A training loss above it is still near that of a guess."""
CLOSE = 1.15
"""Smoothed validation loss in relation to its lowest value, for "stays where it is"."""
_NOT_WELL = {
    *(Kind.RATE_TOO_HIGH, Kind.RATE_TOO_LOW, Kind.OVER_FITTING, Kind.UNDER_FITTING, Kind.PLATEAU),
    Kind.LAST_WORSE,
    *(Kind.TEST_FAR_BELOW, Kind.VANISHING, Kind.EXPLODING, Kind.UPDATES),
}


def diagnose(
    spec: RunSpec,
    history: History,
    status: RunStatus,
    units: Units | None = None,
    results: Results | None = None,
    origin: Origin = UNKNOWN,
    vitals: Vitals | None = None,
) -> list[Finding]:
    """Return what the curves show, the gravest first; findings never contradict one another.

    Args:
        history: of a run that has ended or still lives; epochs may be few, broken off or without a number.
        units: dead units at the end of the training, if they were counted.
        results: what its kept weights were measured to be, if they were.
        origin: what is known of its images.
        vitals: how its layers fared, if that was seen.

    Returns:
        At least one finding.
    """
    case = Case(spec, history, status, units, results, origin, vitals)
    if case.diverged:
        return [rates.divergence(case), *layers.blown_up(case)]
    if case.chance_since is not None:
        found = _at_chance(case)
    else:
        learned = _learning(case)
        found = [*learned, *_generalising(case, {finding.kind for finding in learned}), *dead_units(case)]
    found += layers.unsound(case, {finding.kind for finding in found})
    if unlike := far_below(case):
        found.append(unlike)
    if not {finding.kind for finding in found} & (_NOT_WELL | {Kind.STUCK_AT_CHANCE}):
        found.append(_well(case))
    return gravest_first(found)


def main_epoch(findings: list[Finding]) -> tuple[int, str] | None:
    """Return the epoch most worth marking in the curves and what begins there, or None."""
    marked = {finding.kind: finding.epoch for finding in reversed(findings) if finding.epoch is not None}
    if not marked:
        return None
    kind = Kind.OVER_FITTING if Kind.OVER_FITTING in marked else list(marked)[-1]
    return marked[kind], str(kind)


def _at_chance(case: Case) -> list[Finding]:
    low = rates.far_too_low(case)
    if low:
        return [low]
    high = rates.rate_too_high(case)
    return [learning.stuck_at_chance(case), *([high] if high else []), *dead_units(case)]


def _learning(case: Case) -> list[Finding]:
    """Return what is said of how fast it learns: at most one finding."""
    rules = (rates.rate_too_high, rates.rate_too_low, learning.under_fitting, learning.still_improving)
    return [finding for rule in rules if (finding := rule(case))][:1]


def _generalising(case: Case, learned: set[Kind]) -> list[Finding]:
    """Return what is said of validation beside training, given what was said of the learning."""
    if few := few_validated(case):
        return [few]
    found, turned = [validation_better(case), batch_norm_warm_up(case)], None
    if Kind.UNDER_FITTING not in learned and Kind.STILL_IMPROVING not in learned:
        turned = over_fitting(case)
        found.append(turned or (None if learned else plateau(case)))
    if not turned:
        found.append(last_worse(case))
    return [finding for finding in found if finding]


def _too_early(case: Case) -> Finding:
    count = len(case.epochs)
    if count >= TOO_FEW:
        shows = f"{case.seen} the training loss is {number(case.training[-1])}, still near that of a guess."
    elif case.is_over:
        epochs = so_many(count, "epoch") if count else "no whole epoch"
        shows = f"There are curves of {epochs}: too few for a trend."
    else:
        shows = f"{case.seen} there is no trend yet: the doctor looks again from epoch {TOO_FEW} on."
    return Finding(Kind.TOO_EARLY, Severity.NOTE, "Too early to say", shows)


def _well(case: Case) -> Finding:
    """Return what is said when nothing is wrong, or when there is too little to see."""
    if len(case.epochs) < TOO_FEW or case.training[-1] > HARDLY_BEGUN:
        return _too_early(case)
    last, level = case.validation[-1], smoothed(case.validation)
    numbers = f"training loss is at {number(case.training[-1])}, validation loss at {number(last)}"
    if falls_smoothly(case.training, 0.6) and level[-1] <= CLOSE * level.min():
        text = f"{case.seen} both curves have fallen: {numbers}. No jumps, no standstill, no over-fitting."
        return Finding(Kind.HEALTHY, Severity.GOOD, "Healthy curves", text)
    low = number(case.validation.min())
    text = f"{case.seen} {numbers}, at its lowest {low}. None of the known troubles shows clearly."
    return Finding(Kind.HEALTHY, Severity.GOOD, "Nothing stands out", text)

"""What the presentation claims, held against runs over seeds, each claim by a test or an interval of its own.

A claim that two networks differ is tested like recipes on the Compare page (Welch over seeds), corrected for
the number of claims that are tested so. Where the presentation says by how much, its number is held against
the interval of ours: a difference that is not real and an interval without the reported one means that the
claim does not hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import fmean, median
from typing import Protocol

from core.analysis.predictions import Which
from core.analysis.significance import GroupDifference, adjusted, group_difference, p_value, spread
from core.model.experiments import CLAIMS, EXPERIMENTS, Better, Gap, Guess, HardTraining, Slower
from core.runs.records import EpochPoint

AnyClaim = Better | Gap | Slower | HardTraining | Guess
FEWEST = 2
"""Seeds without which nothing can be said about a claim."""
LEARNED = 0.9
"""A network that names so many digits has learned, whatever its gradients."""


class Measured(Protocol):
    """One run of an experiment."""

    @property
    def epochs(self) -> Sequence[EpochPoint]: ...
    @property
    def val_accuracy(self) -> float: ...
    @property
    def test_accuracy(self) -> float: ...


class Outcome(StrEnum):
    """What became of a claim."""

    HOLDS = "holds"
    FAILS = "does not hold up"
    OPEN = "cannot be told"


@dataclass(frozen=True)
class Judged:
    """A claim with its outcome, and what was measured in one sentence."""

    claim: AnyClaim
    outcome: Outcome
    evidence: str


Runs = Mapping[str, Sequence[Measured]]
"""The runs of each experiment, by its name."""


def judged(runs: Runs, which: Which) -> list[Judged]:
    """Return every claim with its outcome; one whose experiments lack two seeds cannot be told."""
    able = [claim for claim in CLAIMS if all(len(runs.get(name, ())) >= FEWEST for name in claim.experiments)]
    tested = [claim for claim in able if isinstance(claim, Better | Gap | Slower)]
    differences = adjusted([_difference(claim, runs, which) for claim in tested])
    found = dict(zip((claim.statement for claim in tested), differences, strict=True))
    return [_judged(claim, runs, which, found.get(claim.statement), claim in able) for claim in CLAIMS]


def _difference(claim: AnyClaim, runs: Runs, which: Which) -> GroupDifference:
    """Return the second experiment's mean minus the first's, of what the claim is about."""
    values = [[_value(claim, run, which) for run in runs[name]] for name in claim.experiments]
    return group_difference(*values)


def _value(claim: AnyClaim, run: Measured, which: Which) -> float:
    if isinstance(claim, Gap):
        last = run.epochs[-1]
        return last.val_loss - last.loss
    if isinstance(claim, Slower):
        return _over_epochs(run)
    return accuracy(run, which)


def accuracy(run: Measured, which: Which) -> float:
    """Return the accuracy of a run's kept weights on one of the two sets."""
    return run.test_accuracy if which == "test" else run.val_accuracy


def _judged(claim: AnyClaim, runs: Runs, which: Which, found: GroupDifference | None, able: bool) -> Judged:
    if not able:
        return Judged(claim, Outcome.OPEN, "Too few seeds have been trained to say.")
    match claim:
        case Better():
            assert found is not None
            return _better(claim, found)
        case Gap():
            assert found is not None
            return _gap(claim, found)
        case Slower():
            assert found is not None
            return _slower(claim, found, runs)
        case HardTraining():
            return _hard(claim, runs[claim.experiments[0]])
        case Guess():
            return _guess(claim, runs[claim.experiments[0]], which)


def _better(claim: Better, found: GroupDifference) -> Judged:
    """Judge a claim that the second of two networks is better (or worse) than the first."""
    signed = found if claim.up else _turned(found)
    measured = f"{_points(found.difference)} in the mean ({_interval(found)})"
    reported = f"; the presentation has {_points(claim.reported)}" if claim.reported is not None else ""
    outcome = Outcome.OPEN
    if signed.is_real:
        outcome = Outcome.HOLDS if signed.difference > 0 else Outcome.FAILS
    elif claim.reported is not None and not found.low <= claim.reported <= found.high:
        outcome = Outcome.FAILS
    return Judged(claim, outcome, f"{measured}{reported}.")


def _turned(found: GroupDifference) -> GroupDifference:
    return replace(found, difference=-found.difference, low=-found.high, high=-found.low)


def _gap(claim: Gap, found: GroupDifference) -> Judged:
    """Judge a claim that the second of two networks over-fits more."""
    measured = (
        "Validation loss less training loss in the last epoch is "
        f"{abs(found.difference):.4f} {'larger' if found.difference > 0 else 'smaller'} with more layers "
        f"(95% interval {found.low:+.4f} to {found.high:+.4f}, {p_value(found.p_adjusted)})."
    )
    outcome = Outcome.OPEN
    if found.is_real:
        outcome = Outcome.HOLDS if found.difference > 0 else Outcome.FAILS
    return Judged(claim, outcome, measured)


def _slower(claim: Slower, found: GroupDifference, runs: Runs) -> Judged:
    """Judge a claim that the second of two networks converges more slowly, by the mean over its epochs.

    That is the area under the learning curve, which needs no level to reach and no epoch to look at.
    """
    fast, slow = (_course(runs[name]) for name in claim.experiments)
    mean, first, last = (f"{theirs:.2%} against {ours:.2%}" for theirs, ours in zip(slow, fast, strict=True))
    measured = (
        f"{EXPERIMENTS[claim.experiments[1]].title}: validation accuracy {mean} in the mean over all epochs, "
        f"{_points(found.difference)} ({_interval(found)}); {first} after the first, {last} after the last. "
        "Optimizer and learning rate are the same."
    )
    outcome = Outcome.OPEN
    if found.is_real:
        outcome = Outcome.HOLDS if found.difference < 0 else Outcome.FAILS
    return Judged(claim, outcome, measured)


def _course(runs: Sequence[Measured]) -> tuple[float, float, float]:
    """Return the validation accuracy over all epochs, after the first and after the last, in the mean."""
    first, last = (fmean(run.epochs[at].val_accuracy for run in runs) for at in (0, -1))
    return fmean(map(_over_epochs, runs)), first, last


def _over_epochs(run: Measured) -> float:
    return fmean(point.val_accuracy for point in run.epochs)


def _hard(claim: HardTraining, runs: Sequence[Measured]) -> Judged:
    """Judge a claim that validation is better than training, by the median epoch of each run."""
    over = spread([median(point.val_accuracy - point.accuracy for point in run.epochs) for run in runs])
    epochs = [point for run in runs for point in run.epochs]
    share = sum(point.val_accuracy > point.accuracy for point in epochs) / len(epochs)
    measured = (
        f"In {share:.0%} of all epochs; by {_points(over.mean)} in the median epoch "
        f"(95% interval over seeds {_points(over.low)} to {_points(over.high)})."
    )
    outcome = Outcome.HOLDS if over.low > 0 else Outcome.FAILS if over.high < 0 else Outcome.OPEN
    return Judged(claim, outcome, measured)


def _guess(claim: Guess, runs: Sequence[Measured], which: Which) -> Judged:
    """Judge a claim that a network does not learn."""
    values = [accuracy(run, which) for run in runs]
    stuck = sum(value < LEARNED for value in values)
    measured = (
        f"{_seeds(stuck, len(values))} stayed below {LEARNED:.0%}: {min(values):.2%} to {max(values):.2%}."
    )
    outcome = Outcome.HOLDS if stuck == len(values) else Outcome.FAILS if not stuck else Outcome.OPEN
    return Judged(claim, outcome, measured)


def _seeds(some: int, every: int) -> str:
    return f"{'None' if not some else 'All' if some == every else some} of {every} seeds"


def _interval(found: GroupDifference) -> str:
    return f"95% interval {_points(found.low)} to {_points(found.high)}, {p_value(found.p_adjusted)}"


def _points(difference: float) -> str:
    """Return a difference of two shares in percentage points: "+0.21 points"."""
    return f"{100 * difference:+.2f} points"

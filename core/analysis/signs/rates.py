"""Findings about the learning rate: does the loss jump or explode, or does it hardly move?"""

from dataclasses import dataclass

import numpy as np

from core.analysis.signs import remedies, trends
from core.analysis.signs.case import ENOUGH_EPOCHS, GUESSING, HIGH_ERROR, HIGH_LOSS, Case
from core.analysis.signs.findings import Finding, Kind, Severity
from core.analysis.signs.wording import number

EXPLODED = 2 * GUESSING
"""No untrained network is so wrong on the mean of an epoch: steps too large have made it worse."""
WORSE_THAN_GUESSING = 1.1 * GUESSING
TRAINING_JUMP, VALIDATION_JUMP = 0.02, 0.1
"""Least rises, in nats, that count: smaller ones are ordinary for a loss near zero."""
LARGE_RISE = 0.1
STRAIGHT = 0.35
"""Share of the fall in the second half: 0.5 for a straight line, under 0.2 for the sound runs recorded."""


def divergence(case: Case) -> Finding:
    """Name the epoch, and what the loss did just before."""
    steps = case.history.steps
    losses = steps.loss[np.isfinite(steps.loss)]
    epoch = len(case.epochs) + 1
    shows = f"In epoch {epoch} the loss was no longer a finite number."
    if losses.size and losses[-1] > 2 * losses.min():
        rise = f"from {number(losses.min())} to {number(losses[-1])}"
        shows += f" Just before it had risen {rise}: each step overshot."
    return Finding(Kind.DIVERGENCE, Severity.BAD, "Diverged", shows, remedies.lower_rate(case.spec), epoch)


def rate_too_high(case: Case) -> Finding | None:
    """Look for explosions, jumps and a start worse than guessing; and for a collapse after a large step."""
    signs = [sign for sign in (_explosion(case), _jumps(case), _no_progress(case)) if sign]
    if not signs:
        return None
    text, epoch = " ".join(sign.text for sign in signs), signs[0].first
    severity, title = Severity.WARNING, "Learning rate too high"
    if case.chance_since is not None or case.training[-1] > WORSE_THAN_GUESSING:
        severity = Severity.BAD
    elif max(sign.last for sign in signs) <= len(case.epochs) / 2 and case.training[-1] < HIGH_LOSS:
        severity, title = Severity.NOTE, "Learning rate too high at first"
        text += " It has been calm since."
    return Finding(Kind.RATE_TOO_HIGH, severity, title, text, remedies.lower_rate(case.spec), epoch)


@dataclass(frozen=True)
class _Sign:
    """One sign, with the first and the last epoch that show it."""

    text: str
    first: int
    last: int


def _explosion(case: Case) -> _Sign | None:
    worst = int(case.training.argmax()) if len(case.training) else 0
    steps = case.history.steps.loss
    start = max(GUESSING, float(steps[0]) if len(steps) else 0.0)
    if not len(case.training) or case.training[worst] < min(EXPLODED, 1.1 * start):
        return None
    epoch = case.epochs[worst].epoch
    text = (
        f"The mean training loss of epoch {epoch} was {number(case.training[worst])}, worse than guessing "
        f"({number(GUESSING)}): its steps overshot."
    )
    return _Sign(text, epoch, epoch)


def _jumps(case: Case) -> _Sign | None:
    training = trends.jumps(case.training, TRAINING_JUMP)
    validation = [i for i in trends.jumps(case.validation, VALIDATION_JUMP) if i > case.settled]
    large = trends.jumps(case.training, LARGE_RISE, trends.LARGE_JUMP)
    if large or trends.often(training, case.training):
        return _jump(case, "training", case.training, training, (large or training)[0])
    if trends.often(validation, case.validation):
        return _jump(case, "validation", case.validation, validation, validation[0])
    return None


def _jump(case: Case, name: str, curve: trends.Curve, places: list[int], at: int) -> _Sign:
    """Describe the jumps of a curve, the one at `at` with its numbers."""
    epochs = [case.epochs[place].epoch for place in places]
    text = (
        f"The {name} loss jumps up instead of falling: in epoch {case.epochs[at].epoch} from "
        f"{number(curve[at - 1])} to {number(curve[at])}, {len(epochs)} times in all."
    )
    return _Sign(text if len(epochs) > 1 else text.replace(", 1 times in all", ""), epochs[0], epochs[-1])


def _no_progress(case: Case) -> _Sign | None:
    optimizer = case.spec.optimizer
    rate = f"{optimizer.title} usually learns with about {optimizer.usual_rate:g}"
    if case.chance_since is not None and case.steps_too_large:
        epoch = case.epochs[case.chance_since].epoch
        text = f"It learns nothing with a rate of {case.spec.optimizer.learning_rate:g}; {rate}."
        return _Sign(text, epoch, case.epochs[-1].epoch)
    restless = not trends.falls_smoothly(trends.last_third(case.training))
    if remedies.is_large(case.spec) and case.is_flat_and_high and restless:
        epoch = case.epochs[-1].epoch
        return _Sign(
            f"The loss hovers at {number(case.training[-1])} and falls no further; {rate}.", epoch, epoch
        )
    return None


def far_too_low(case: Case) -> Finding | None:
    """Tell a rate so small that nothing moves from a network that cannot learn."""
    otherwise = remedies.is_deep_and_saturating(case.spec) or bool(case.lost_layers)
    falls = trends.falls_smoothly(case.training, 0.6)
    return _too_low(case) if remedies.is_small(case.spec) and falls and not otherwise else None


def rate_too_low(case: Case) -> Finding | None:
    """Look for a smooth, nearly straight fall that is far from its end, at a rate that is not large."""
    rates, count = case.rates, len(case.epochs)
    if count < ENOUGH_EPOCHS or rates[-1] > 1.1 * rates[0]:  # warming up
        return None
    above_usual = case.spec.optimizer.learning_rate > case.spec.optimizer.usual_rate
    straight = trends.falls_smoothly(case.training) and trends.late_share(case.training) >= STRAIGHT
    far = case.training[-1] > HIGH_LOSS and case.epochs[-1].accuracy < 1 - HIGH_ERROR
    return _too_low(case) if straight and far and not above_usual else None


def _too_low(case: Case) -> Finding:
    shows = (
        f"{case.seen} the training loss has come from {number(case.training[0])} only to "
        f"{number(case.training[-1])}, slowly and almost in a straight line: it is far from its end."
    )
    title = "Learning rate too low"
    return Finding(Kind.RATE_TOO_LOW, Severity.WARNING, title, shows, remedies.raise_rate(case.spec))

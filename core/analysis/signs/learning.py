"""Findings about the learning itself: has it begun, is it far enough, would it go on?"""

from core.analysis.signs import remedies, trends
from core.analysis.signs.case import ENOUGH_EPOCHS, UNTRAINED_LOSS, Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.analysis.signs.wording import number, share
from core.runs.status import RunStatus
from core.words import so_many

FEW_STEPS = 200
"""Small sets make so few batches an epoch that the training is over before it has begun."""
RISEN = 1.01
"""A last loss this far above the lowest has turned."""
IMPROVING = 0.02
"""Share of the validation loss that each epoch still takes away."""
RUN_OUT = 0.1
"""Share of the learning rate below which a schedule has brought it down to nothing."""


def stuck_at_chance(case: Case) -> Finding:
    """Say that it only guesses, and why as far as spec and units tell."""
    since = case.chance_since or 0
    point = case.epochs[-1]
    sure = point.val_loss > UNTRAINED_LOSS
    answers = "it is sure of wrong answers" if sure else "every image gets nearly the same answer"
    shows = (
        f"The validation loss is {number(point.val_loss)} (a pure guess has ln 10 = 2.3026), the accuracy "
        f"{share(point.val_accuracy)}: {answers}. "
    )
    reason, remedy = _why_stuck(case)
    epoch = int(case.epochs[since].epoch) if since else None
    when = f" since epoch {epoch}" if epoch else ""
    title = f"No better than guessing{when}"
    return Finding(Kind.STUCK_AT_CHANCE, Severity.BAD, title, shows + reason, remedy, epoch)


def _why_stuck(case: Case) -> tuple[str, Remedy]:
    spec = case.spec
    if case.steps_too_large:
        return "Steps too large have thrown the weights where no gradient is left.", remedies.lower_rate(spec)
    if remedies.is_deep_and_saturating(spec):
        return (
            "In a deep stack of sigmoid or tanh layers each layer shrinks the gradient, and the first ones "
            "get none (vanishing gradients).",
            remedies.use_relu(spec),
        )
    if max(remedies.dropouts(spec), default=0.0) >= 0.5:
        return "Much dropout may leave nothing to learn from.", remedies.enlarge(spec)
    if case.units is None and not remedies.is_small(spec):
        return "Its first steps may have been too large and have killed units.", remedies.lower_rate(spec)
    return "Neither its spec nor its units say why.", remedies.normalise(spec)


def under_fitting(case: Case) -> Finding | None:
    """Look for two flat curves at a high loss."""
    if not case.is_flat_and_high:
        return None
    point = case.epochs[-1]
    shows = (
        f"{case.seen} both curves lie almost flat at a high loss, training {number(point.loss)} and "
        f"validation {number(point.val_loss)}, with {share(point.accuracy)} of the training images "
        "right: the network cannot even fit what it sees."
    )
    remedy = remedies.enlarge(case.spec)
    if point.step < FEW_STEPS:
        shows += f" It has taken {so_many(point.step, 'step')}, too few for any network."
        remedy = remedies.more_steps(case.spec, point.step)
    return Finding(Kind.UNDER_FITTING, Severity.WARNING, "Under-fitting", shows, remedy)


def _has_run_out(case: Case) -> bool:
    """Whether the schedule has brought the learning rate down to nothing, so that the fall means nothing.

    A schedule that stretches over the whole training makes the loss fall towards its end by itself. After one
    that lowers the rate whatever the length, the loss must have come to a standstill as well.
    """
    schedule, peak = case.spec.schedule, case.spec.optimizer.learning_rate
    if schedule.formula is None or case.rates[-1] >= RUN_OUT * peak:
        return False
    last, epoch = case.epochs[-1].step - 1, case.spec.epochs - 1
    stretches = schedule.rate(peak, last, 2 * last, epoch) > schedule.rate(peak, last, last + 1, epoch)
    before, after = case.validation[-2:]
    return stretches or bool(before - after < IMPROVING * before)


def still_improving(case: Case) -> Finding | None:
    """Look for a validation loss that still falls when the training is over."""
    validation = case.validation
    over = case.status in (RunStatus.FINISHED, RunStatus.STOPPED, RunStatus.INTERRUPTED)
    if not over or len(validation) < ENOUGH_EPOCHS or validation.argmin() < len(validation) - 2:
        return None
    if validation[-1] > RISEN * validation.min() or _has_run_out(case):
        return None
    fall = min(trends.fall_per_epoch(validation), trends.fall_per_epoch(case.training))
    if fall < IMPROVING:
        return None
    start = trends.last_third(validation)
    shows = (
        f"The validation loss fell from {number(start[0])} to {number(start[-1])} in the last {len(start)} "
        "epochs and has not levelled off."
    )
    remedy = remedies.train_longer(case.spec, case.epochs[-1].epoch)
    return Finding(Kind.STILL_IMPROVING, Severity.NOTE, "Still improving", shows, remedy)

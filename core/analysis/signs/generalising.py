"""Findings about validation beside training: does what was learned hold for other images?"""

from dataclasses import replace

from core.analysis.intervals import wilson
from core.analysis.signs import remedies, trends
from core.analysis.signs.case import Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.analysis.signs.wording import number, share
from core.runs.records import kept_epoch
from core.words import count, listed

FEW = 20
"""Validation images below which one of them more or less right is five points of accuracy or more."""
BETTER = 0.95
"""Validation loss in relation to training loss that is more than chance."""
MOST = 2 / 3
PATIENCES = (5, 10)
"""Of the early stopping that would have saved epochs: the usual one, and one for noisy curves."""
SAVED_EPOCHS = 3
BETTER_LATER = 0.98
"""Below this share of the loss at which early stopping would have ended it, going on was worth it."""
HUMP = 2.0
BY_HEART, GAP = 0.99, 0.05
"""Training accuracy, and how far validation accuracy is behind it."""


def few_validated(case: Case) -> Finding | None:
    """Say that a handful of images proves nothing, in place of whatever their curve may look like."""
    if case.validated >= FEW or not case.epochs:
        return None
    low, high = wilson(case.epochs[-1].val_accuracy, case.validated)
    shows = (
        f"With {count(case.validated, 'validation image')} the accuracy may stand for any from {share(low)} "
        f"to {share(high)}, and the loss moves by chance, so that nothing is said of over-fitting."
    )
    other = "use fewer folds" if case.spec.data.folds else "raise the validation share"
    remedy = Remedy(f"Add images, or {other}.")
    return Finding(Kind.FEW_VALIDATED, Severity.NOTE, "Few validation images", shows, remedy)


def over_fitting(case: Case) -> Finding | None:
    """Name the epoch after which only the training images were learned any better."""
    at = _onset(case)
    if at is None:
        return None
    then, now = case.epochs[at], case.epochs[-1]
    accuracy = f"from {share(then.val_accuracy)} to {share(now.val_accuracy)}"
    if now.val_accuracy >= then.val_accuracy:
        accuracy += ", which can go well even then: it is surer of its mistakes"
    shows = (
        f"Validation loss was lowest in epoch {then.epoch} ({number(then.val_loss)}) and is now "
        f"{number(now.val_loss)}, while training loss went on falling from {number(then.loss)} to "
        f"{number(now.loss)}: from there on it learns its training images by heart. "
        f"Validation accuracy went {accuracy}."
    )
    remedy = remedies.regularise(case.spec)
    if case.spec.kept_epoch == "last":
        shows += " The run keeps the weights of its last epoch, and so all that it learned by heart."
        remedy = replace(remedy, otherwise="Early stopping, or keeping the best epoch, would help too.")
    title = f"Over-fitting from epoch {then.epoch} on"
    return Finding(Kind.OVER_FITTING, Severity.WARNING, title, shows, remedy, then.epoch)


def last_worse(case: Case) -> Finding | None:
    """Say of an ended run that keeps its last epoch that an earlier one was better by more than chance."""
    epochs = case.history.epochs
    best, last = kept_epoch(epochs, "best"), kept_epoch(epochs, "last")
    if case.spec.kept_epoch == "best" or not (case.is_over and best and last):
        return None
    if best.val_accuracy <= wilson(last.val_accuracy, case.validated)[1]:
        return None
    shows = (
        f"Epoch {best.epoch} had {share(best.val_accuracy)} of the validation images right, the last one "
        f"{share(last.val_accuracy)}, and the run keeps the weights of the last."
    )
    title = "The last epoch is worse than the best"
    return Finding(Kind.LAST_WORSE, Severity.WARNING, title, shows, remedies.keep_best(case.spec), best.epoch)


def _onset(case: Case) -> int | None:
    """Return the place where validation loss turned, or was lowest before all was learned by heart."""
    start = case.settled
    turned = trends.turn(case.training[start:], case.validation[start:])
    if turned:
        return start + turned
    lowest, now = int(case.validation.argmin()) if case.epochs else 0, case.epochs[-1:]
    by_heart = any(p.accuracy >= BY_HEART and p.val_accuracy <= p.accuracy - GAP for p in now)
    long_ago = len(case.epochs) - 1 - lowest >= trends.EPOCHS_AFTER_TURN
    return lowest if turned == 0 or (by_heart and long_ago) else None


def plateau(case: Case) -> Finding | None:
    """Look for epochs at the end that brought validation loss nothing."""
    if case.spec.early_stopping:
        return None
    return next((found for patience in PATIENCES if (found := _plateau(case, patience))), None)


def _plateau(case: Case, patience: int) -> Finding | None:
    validation = case.validation[case.settled :]
    stop = trends.early_stop(validation, patience)
    saved = len(validation) - 1 - stop
    if saved < SAVED_EPOCHS or validation.min() < BETTER_LATER * validation[: stop + 1].min():
        return None
    best = int(validation[: stop + 1].argmin())
    epoch = case.epochs[case.settled + best].epoch
    shows = (
        f"Validation loss has hardly improved since epoch {epoch} ({number(validation[best])}; now "
        f"{number(validation[-1])}). Early stopping with a patience of {patience} would have saved {saved} "
        f"of {len(case.epochs)} epochs."
    )
    remedy = remedies.stop_early(case.spec, patience)
    return Finding(Kind.PLATEAU, Severity.NOTE, f"Plateau since epoch {epoch}", shows, remedy, epoch)


def validation_better(case: Case) -> Finding | None:
    """Explain a validation loss below the training loss, which looks wrong and is not."""
    half = slice(len(case.epochs) // 2, None)
    training, validation = case.training[half], case.validation[half]
    if len(case.epochs) < 3 or (validation < BETTER * training).mean() < MOST:
        return None
    if validation[-1] >= BETTER * training[-1]:
        return None
    shows = (
        f"Validation loss is {number(validation[-1])}, training loss {number(training[-1])}. "
        f"That is no mistake: {_why_better(case)}training values are means over the epoch, while the network "
        "still learns, and validation is measured at its end."
    )
    return Finding(Kind.VALIDATION_BETTER, Severity.NOTE, "Validation is better than training", shows)


def _why_better(case: Case) -> str:
    causes = [
        name
        for name, on in (
            *((layer.title.lower(), layer.is_random) for layer in case.spec.layers),
            ("augmentation", case.spec.augmentation.is_on),
            ("label smoothing", case.spec.label_smoothing > 0),
            ("batch normalisation's noise", case.spec.has_batch_norm),
        )
        if on
    ]
    if not causes:
        return ""
    causes = list(dict.fromkeys(causes))
    named = listed(causes)
    acts = "act" if len(causes) > 1 else "acts"
    return f"{named} {acts} on training only and make{'s' * (len(causes) == 1)} it harder. Besides, "


def batch_norm_warm_up(case: Case) -> Finding | None:
    """Explain a hump of validation loss in the first epochs of a network with batch normalisation."""
    if not case.settled:
        return None
    early = case.validation[: case.settled]
    at = int(early.argmax())
    if early[at] < HUMP * max(case.training[at], case.validation[-1]):
        return None
    shows = (
        f"In epoch {case.epochs[at].epoch} validation loss was {number(early[at])} and training loss "
        f"{number(case.training[at])}. Batch normalisation validates with running means, which need "
        "some hundred batches before they fit the network."
    )
    title = "Batch normalisation warms up"
    return Finding(Kind.BATCH_NORM_WARM_UP, Severity.NOTE, title, shows, epoch=case.epochs[at].epoch)

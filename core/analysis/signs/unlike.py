"""The finding that validation does not hold for the test images, and why as far as the images tell."""

from core.analysis.intervals import wilson
from core.analysis.signs import remedies
from core.analysis.signs.case import Case
from core.analysis.signs.findings import Finding, Kind, Remedy, Severity
from core.analysis.signs.wording import share
from core.runs.records import Results

FAR, FURTHER = 0.05, 0.2
"""By how much test accuracy is below validation accuracy: far, and so far that hardly anything holds."""
ALIKE = 0.85
"""The classifier that was fitted to MNIST reads 96% of its test images; below this, digits are others."""
MEND = Remedy(
    "Mend the data set: where it is chosen, on the pages Train and Data, one click makes its images like "
    "MNIST's; then train on the mended one."
)


def far_below(case: Case) -> Finding | None:
    """Look for a test accuracy so far below that neither chance nor the choice of the epoch explains it."""
    results = case.results
    if results is None or not is_far(results):
        return _foreseen(case)
    gap = results.val_accuracy - results.test_accuracy
    reasons, remedy = _why(case)
    shows = (
        f"{_told('Validation', results.val_accuracy, results.val_images)}, "
        f"{_told('the test', results.test_accuracy, results.test_images)}: what it learned does not hold for "
        f"MNIST's test images. {reasons}"
    )
    severity = Severity.BAD if gap >= FURTHER else Severity.WARNING
    return Finding(Kind.TEST_FAR_BELOW, severity, "Test far below validation", shows, remedy)


def is_far(results: Results) -> bool:
    """Return whether the 95% intervals of both accuracies are apart, and they themselves far."""
    lowest, _ = wilson(results.val_accuracy, results.val_images)
    _, highest = wilson(results.test_accuracy, results.test_images)
    return highest < lowest and results.val_accuracy - results.test_accuracy >= FAR


def _told(name: str, accuracy: float, images: int) -> str:
    low, high = wilson(accuracy, images)
    return f"{name} has {share(accuracy)} of {images:,} images right ({share(low)} to {share(high)})"


def _why(case: Case) -> tuple[str, Remedy]:
    """Return what the images tell, the likeliest reason first, and what to try against that."""
    origin, found = case.origin, []
    if origin.unlike:
        found.append((f"Its own images are not as MNIST's: {origin.unlike}.", MEND))
    if origin.missing:
        text = f"It was trained without the digits {origin.missing}, so that it reads none of them."
        found.append((text, Remedy("Add images of these digits, or read the confusion matrix without them.")))
    if origin.leaked:
        text = f"{origin.leaked:,} of its validation images were also trained on: validation is too good."
        found.append((text, Remedy("Take images that occur twice out: Data lists them under Leaks.")))
    if origin.alike is not None and origin.alike < ALIKE and not origin.unlike:
        text = (
            f"Its own images are unlike MNIST's: a simple classifier that learned from those reads "
            f"{share(origin.alike)} of them rightly."
        )
        found.append((text, remedies.regularise(case.spec)))
    if not found:
        text = "Its own images must differ from MNIST's in some way: other writers, pens or scans."
        found.append((text, remedies.regularise(case.spec)))
    return " ".join(text for text, _ in found), found[0][1]


def _foreseen(case: Case) -> Finding | None:
    """Say beforehand of what kind of images no good will come in the test."""
    origin = case.origin
    if origin.unlike:
        shows = (
            f"Its images are not as MNIST's: {origin.unlike}. However well it does in validation, expect it "
            "to fail on MNIST's test images, on Kaggle's and on drawings."
        )
        return Finding(Kind.UNLIKE_MNIST, Severity.WARNING, "Images unlike MNIST's", shows, MEND)
    if origin.missing:
        shows = (
            f"It is trained without the digits {origin.missing}, and will read them as others in the test."
        )
        return Finding(Kind.UNLIKE_MNIST, Severity.NOTE, "Not all digits", shows)
    return None

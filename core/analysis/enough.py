"""What a set of labelled images is enough for, in sentences."""

import numpy as np
from numpy.typing import NDArray

from core.analysis.intervals import wilson
from core.data.looks import look
from core.words import count, digits

FEW, VERY_FEW = 1000, 200
"""Below the first, fewer than a hundred images validate, by the usual tenth. With as many as the second,
`python -m core train --preset quick-start --train-size 200 --seed 0` reads 80% of MNIST's test images."""
_TENTH = 0.1


def enough(counts: NDArray[np.int64]) -> list[str]:
    """Return what is possible with so many images of each digit, int64 (10,), and what is not.

    Returns:
        Nothing for a thousand images or more with all ten digits among them, several times each.
    """
    images = int(counts.sum())
    if images < 2:
        return [
            "A single image can be looked at, but a network needs two: one to train on, one to validate on."
        ]
    found = [_few(images)] if images < FEW else []
    if (missing := np.flatnonzero(counts == 0)).size:
        told = _do(missing, "does", "do")
        them = "them" if missing.size > 1 else "it"
        found.append(f"{told} not occur: no network trained on these will ever read {them}.")
    alone = np.flatnonzero(counts == 1)
    if alone.size == images:
        found.append("No digit has a second image: what validates was never trained on.")
    elif alone.size:
        told = _do(alone, "has a single image", "have a single image each")
        found.append(f"{told}, which trains and does not validate.")
    return found


def remarks(images: NDArray[np.uint8], labels: NDArray[np.uint8] | None) -> list[str]:
    """Return what there is to say of images uint8 (n, 28, 28): what they are enough for, how they look."""
    looks = look(images, labels)
    counted = [] if labels is None else enough(np.bincount(labels, minlength=10))
    return [*counted, looks.sentence] if looks.mending else counted


def _few(images: int) -> str:
    worth = "for a network that reads most digits written like these"
    if images < VERY_FEW:
        worth = "to try everything here, too few for a network that reads other people's digits"
    validate = max(1, round(_TENTH * images))
    right = max(1, round(0.9 * validate))
    low, high = wilson(right / validate, validate)
    return (
        f"{count(images, 'image').capitalize()} are enough {worth}. Where a tenth of them validates, {right} "
        f"right of {validate} may stand for any accuracy from {low:.0%} to {high:.0%}."
    )


def _do(which: NDArray[np.int64], one: str, several: str) -> str:
    return f"The digit{'s' * (len(which) > 1)} {digits(which.tolist())} {several if len(which) > 1 else one}"

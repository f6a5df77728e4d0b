"""What of a run's images may make its test unlike its validation, kept among the facts on its data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, digests
from core.data.looks import look
from core.words import digits

UNLIKE = "unlike MNIST"
MISSING = "digits that do not occur"
LEAKED = "validation images also trained on"
ALIKE = "read by a classifier of MNIST"
_MANY = 0.01
"""Share of the validation images from which on those that were also trained on make a difference."""


@dataclass(frozen=True)
class Origin:
    """What is known of a run's images.

    Attributes:
        unlike: what is not as in MNIST, empty if nothing stands out.
        missing: the digits that do not occur, empty if all do.
        leaked: how many validation images were also trained on.
        alike: share of the images that a classifier fitted to MNIST reads rightly; None where unknown.
    """

    unlike: str = ""
    missing: str = ""
    leaked: int = 0
    alike: float | None = None

    def facts(self) -> dict[str, str | int | float]:
        """Return what is worth a line among a run's facts; `kept` reads it back."""
        found: dict[str, str | int | float] = {}
        if self.unlike:
            found[UNLIKE] = self.unlike
        if self.missing:
            found[MISSING] = self.missing
        if self.leaked:
            found[LEAKED] = self.leaked
        if self.alike is not None:
            found[ALIKE] = round(self.alike, 4)
        return found

    @classmethod
    def kept(cls, facts: Mapping[str, Any]) -> "Origin":
        """Return what `facts` kept; what is not as it wrote it counts as unknown, since runs are imported."""
        unlike, missing, leaked, alike = (facts.get(key) for key in (UNLIKE, MISSING, LEAKED, ALIKE))
        return cls(
            unlike if isinstance(unlike, str) else "",
            missing if isinstance(missing, str) else "",
            leaked if type(leaked) is int and leaked > 0 else 0,
            alike if isinstance(alike, float) and 0 <= alike <= 1 else None,
        )


UNKNOWN = Origin()


def origin_of(pool: Dataset, train: NDArray[np.int64], validation: NDArray[np.int64]) -> Origin:
    """Return what there is to know of an uploaded pool, and of the places that train and validate."""
    looks = look(pool.images, pool.labels)
    counts = np.bincount(pool.labels[train], minlength=10)
    known, held = digests(pool.images[train]), digests(pool.images[validation])
    leaked = int(np.isin(held, known).sum())
    return Origin(
        unlike="; ".join(looks.faults),
        missing=digits(np.flatnonzero(counts == 0).tolist()),
        leaked=leaked if leaked >= _MANY * len(validation) else 0,
        alike=looks.before,
    )

"""Runs small enough to come along with the app: an archive like any other, less what takes room.

Curves over batches are means over bins, and probabilities are rounded: what is below one in ten thousand
becomes 0, but for that of the true digit, which the loss is made of; all else keeps three significant digits.
Which digit is read, and so every count of errors, stays as it was.
"""

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.export.archive import members_of, zip_of
from core.runs.artifacts import FRAMES, MODEL, TEST, VALIDATION
from core.runs.store import RunStore

STEP_POINTS = 300
SMALLEST = 1e-4
_BITS = 11
"""Binary digits of a probability that are kept: a relative error below 1 in 2,000."""


def bundled(store: RunStore, run_id: str, frames: bool = False, model: bytes | None = None) -> bytes:
    """Return an ended run as a small zip.

    Args:
        frames: whether what it answered after each epoch goes along.
        model: the network that goes along, as the bytes of a `.keras` file, or None.

    Raises:
        DataError, StoreError: as in `archive.pack`.
    """
    members = members_of(store, run_id, STEP_POINTS)
    for name in (MODEL,) if frames else (MODEL, FRAMES):
        members.pop(f"artifacts/{name}", None)
    for name in (VALIDATION, TEST):
        if content := members.get(f"artifacts/{name}"):
            members[f"artifacts/{name}"] = rounded(Predictions.from_bytes(content)).to_bytes()
    if model is not None:
        members[f"artifacts/{MODEL}"] = model
    return zip_of(members)


def rounded(predictions: Predictions) -> Predictions:
    """Return predictions that take less room, with the same digits read."""
    exact = predictions.probabilities
    p = _shortened(exact)
    p[(exact < SMALLEST) & (np.arange(10) != predictions.labels[:, None])] = 0
    changed = p.argmax(axis=1) != predictions.predicted  # of two that were as good as equal
    p[changed] = exact[changed]
    return Predictions(predictions.index, predictions.labels, p)


def _shortened(values: NDArray[np.float32]) -> NDArray[np.float32]:
    mantissa, exponent = np.frexp(values)
    shortened: NDArray[np.float32] = np.ldexp(np.round(mantissa * 2**_BITS) / 2**_BITS, exponent)
    return shortened.astype(np.float32)

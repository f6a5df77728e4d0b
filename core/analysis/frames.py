"""What a network answered and looked like after each epoch, as one value that travels as bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.arrays import packed, unpacked

Halves = NDArray[np.float16]
MOST = 50
"""Frames that a run keeps; of a longer one, every second, third, … epoch."""
_FORMS = {
    "epoch": "int32 frames",
    "predicted": "uint8 frames n",
    "confidence": "float16 frames n",
    "truth": "float16 frames n",
    "filters": "float16 frames k k filters",
}


@dataclass(frozen=True)
class Frame:
    """The validation images and the first convolution after one epoch.

    Attributes:
        epoch: counted from 1.
        predicted: uint8 (n,), the most probable digit of each validation image.
        confidence: float16 (n,), its probability.
        truth: float16 (n,), the probability of the true digit.
        filters: float16 (k, k, filters) of the first Conv2D on the image, or (0, 0, 0) where there is none.
    """

    epoch: int
    predicted: NDArray[np.uint8]
    confidence: Halves
    truth: Halves
    filters: Halves


def frame_of(epoch: int, predictions: Predictions, filters: NDArray[np.float32] | None) -> Frame:
    """Return the frame of an epoch; `filters` are float32 (k, k, 1, filters), as Keras has them."""
    places = np.arange(len(predictions.labels))
    p, digits = predictions.probabilities, predictions.predicted
    kept = np.zeros((0, 0, 0)) if filters is None else filters[:, :, 0]
    return Frame(
        epoch,
        digits.astype(np.uint8),
        p[places, digits].astype(np.float16),
        p[places, predictions.labels].astype(np.float16),
        kept.astype(np.float16),
    )


def hardest(frame: Frame, count: int) -> NDArray[np.int64]:
    """Return at most `count` rows, of the images whose true digit is least probable; of equals the first."""
    rows: NDArray[np.int64] = np.argsort(frame.truth, kind="stable")[:count]
    return rows


def learned(before: Frame, now: Frame, labels: NDArray[np.uint8]) -> tuple[int, int]:
    """Return how many images are read rightly now and were not before, and the other way round."""
    was, is_right = before.predicted == labels, now.predicted == labels
    return int((~was & is_right).sum()), int((was & ~is_right).sum())


def is_kept(epoch: int, epochs: int) -> bool:
    """Whether a run of so many epochs keeps a frame of this one: at most `MOST`, evenly spread."""
    return epoch % -(-epochs // MOST) == 0


def to_bytes(frames: Sequence[Frame]) -> bytes:
    """Return frames, all of the same network and images, as an `.npz` file."""
    columns: dict[str, Any] = {name: np.stack([getattr(frame, name) for frame in frames]) for name in _FORMS}
    return packed(columns | {"epoch": columns["epoch"].astype(np.int32)})


def from_bytes(content: bytes) -> list[Frame]:
    """Return the frames that `to_bytes` was given.

    Raises:
        DataError: the content is damaged.
    """
    arrays = unpacked(content, _FORMS, "This run's saved epochs are damaged: train it again.")
    columns = [arrays[name] for name in _FORMS if name != "epoch"]
    return [Frame(int(epoch), *row) for epoch, *row in zip(arrays["epoch"], *columns, strict=True)]

"""A run's predictions on its validation and test images, as one value that travels as bytes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.arrays import packed, unpacked

Which = Literal["validation", "test"]
"""The images that predictions are for."""
_FORMS = {"index": "int64 n", "labels": "uint8 n", "probabilities": "float32 n 10"}


@dataclass(frozen=True)
class Predictions:
    """What one network says of one set of images.

    Attributes:
        index: int64 (n,), place of each image in the pool it comes from.
        labels: uint8 (n,), the truth.
        probabilities: float32 (n, 10), the softmax output.
    """

    index: NDArray[np.int64]
    labels: NDArray[np.uint8]
    probabilities: NDArray[np.float32]

    @property
    def predicted(self) -> NDArray[np.int64]:
        """int64 (n,), the most probable digit."""
        digits: NDArray[np.int64] = self.probabilities.argmax(axis=1)
        return digits

    @property
    def accuracy(self) -> float:
        return float((self.predicted == self.labels).mean())

    @property
    def loss(self) -> float:
        """Mean categorical cross-entropy in nats, exact down to float32's smallest probability."""
        true = self.probabilities[np.arange(len(self.labels)), self.labels].astype(np.float64)
        return float(-np.log(np.maximum(true, np.finfo(np.float32).tiny)).mean())

    def to_bytes(self) -> bytes:
        return packed(vars(self))

    @classmethod
    def from_bytes(cls, content: bytes) -> "Predictions":
        """Return what `to_bytes` was given.

        Raises:
            DataError: the content is damaged.
        """
        damaged = "This run's saved predictions are damaged: train it again."
        return cls(**unpacked(content, _FORMS, damaged))

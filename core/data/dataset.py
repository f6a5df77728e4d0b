"""Labelled images as one value with a fingerprint."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.arrays import packed, unpacked
from core.errors import DataError

Images = NDArray[np.uint8]

FORMS = {"images": "uint8 n 28 28", "labels": "uint8 n"}


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images uint8 (n, 28, 28), 0 the background and 255 full ink, and their labels uint8 (n,).

    Raises:
        DataError: shapes or types are others, or a label is above 9.
    """

    name: str
    images: Images
    labels: Images

    def __post_init__(self) -> None:
        images, labels = self.images, self.labels
        if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (28, 28):
            raise DataError(
                f"{self.name}: expected images uint8 (n, 28, 28), got {images.dtype} {images.shape}."
            )
        if labels.dtype != np.uint8 or labels.shape != images.shape[:1]:
            raise DataError(
                f"{self.name}: expected {len(images)} labels uint8, got {labels.dtype} {labels.shape}."
            )
        if labels.size and labels.max() > 9:
            raise DataError(f"{self.name}: a label is {labels.max()}, expected 0 to 9.")

    @cached_property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 over the images' bytes, then the labels'."""
        digest = hashlib.sha256(self.images.tobytes())
        digest.update(self.labels.tobytes())
        return digest.hexdigest()[:16]

    def without(self, others: Images) -> tuple["Dataset", int]:
        """Return the data set less the images that are also in `others` (m, 28, 28), and how many those were.

        Raises:
            DataError: nothing is left.
        """
        known = np.isin(digests(self.images), digests(others))
        if known.all():
            raise DataError(
                f"{self.name}: every image of it is in the test set, so there is nothing to train on."
            )
        return Dataset(self.name, self.images[~known], self.labels[~known]), int(known.sum())

    def to_bytes(self) -> bytes:
        """Return images and labels as a compressed `.npz` file; `from_bytes` reads it back."""
        return packed({"images": self.images, "labels": self.labels})

    @classmethod
    def from_bytes(cls, name: str, content: bytes) -> "Dataset":
        """Return the data set that `to_bytes` wrote.

        Raises:
            DataError: the content is damaged.
        """
        damaged = f"{name}: the stored images are damaged, upload the file again."
        return cls(name, **unpacked(content, FORMS, damaged))


def check_count(asked: int, available: int) -> None:
    """Refuse to draw more images than there are.

    Raises:
        DataError: `asked` is more than `available`.
    """
    if asked > available:
        raise DataError(f"{asked:,} images are asked for, but the data set has only {available:,}.")


def check_drawn(asked: int, available: int) -> None:
    """Refuse to draw more images than there are, or any from so few that they cannot be split.

    Raises:
        DataError: `asked` is more than `available`, or that is less than two.
    """
    if available < 2:
        raise DataError(
            f"The data set has {available} image, expected at least two: one to train on, one to validate on."
        )
    check_count(asked, available)


def digests(images: Images) -> NDArray[np.bytes_]:
    """Return one BLAKE2b digest of 16 bytes, in hexadecimal, for each image (n, 28, 28)."""
    flat = np.ascontiguousarray(images.reshape(len(images), int(np.prod(images.shape[1:]))))
    return np.array([hashlib.blake2b(row, digest_size=16).hexdigest().encode() for row in flat], dtype="S32")

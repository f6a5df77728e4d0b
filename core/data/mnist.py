"""The complete MNIST that comes with the app: 60,000 images to train on and 10,000 that only test."""

import struct
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.arrays import unpacked
from core.data.dataset import FORMS, Dataset
from core.errors import DataError
from core.home import ASSETS

FILE = ASSETS / "mnist.npz"
TRAINING = 60_000
"""How many images `training` has: known without reading them, which takes time and 47 MB."""


@lru_cache(maxsize=1)
def training() -> Dataset:
    """Return the 60,000 labelled images that training and validation draw from; read-only arrays.

    Raises:
        DataError: the bundled file is missing or damaged.
    """
    return read(FILE, "MNIST", "x_train", "y_train")


@lru_cache(maxsize=1)
def test() -> Dataset:
    """Return the 10,000 images that nothing is ever trained or tuned on; read-only arrays.

    Raises:
        DataError: the bundled file is missing or damaged.
    """
    return read(FILE, "MNIST test set", "x_test", "y_test")


test.__test__ = False  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def one_of_each() -> Dataset:
    """Return the first test image of each digit, 0 to 9.

    Raises:
        DataError: the bundled file is missing or damaged.
    """
    rows = np.unique(test().labels, return_index=True)[1]
    return Dataset("MNIST test set, one of each digit", test().images[rows], test().labels[rows])


def read(file: Path, name: str, images: str, labels: str) -> Dataset:
    """Return the two named arrays of an `.npz` file as a data set that cannot be changed by accident.

    Raises:
        DataError: the file is missing or damaged.
    """
    damaged = f"{file.name} (folder {file.parent.name}) is missing or damaged: restore it from the project."
    try:
        content = file.read_bytes()
    except OSError as error:
        raise DataError(damaged) from error
    arrays = unpacked(content, {images: FORMS["images"], labels: FORMS["labels"]}, damaged)
    dataset = Dataset(name, arrays[images], arrays[labels])
    dataset.images.flags.writeable = dataset.labels.flags.writeable = False
    return dataset


def idx_images(images: NDArray[np.uint8]) -> bytes:
    """Return images uint8 (n, rows, columns) in MNIST's original IDX format: magic 2051, big-endian."""
    return struct.pack(">4i", 2051, *images.shape) + images.tobytes()


def idx_labels(labels: NDArray[np.uint8]) -> bytes:
    """Return labels uint8 (n,) in MNIST's original IDX format: magic 2049, big-endian."""
    return struct.pack(">2i", 2049, len(labels)) + labels.tobytes()

"""The complete MNIST that comes with the app: 60,000 images to train on and 10,000 that only test."""

import struct
import zipfile
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import DataError
from core.home import ASSETS

FILE = ASSETS / "mnist.npz"


def training() -> Dataset:
    """Return the 60,000 labelled images that training and validation draw from."""
    return _load("MNIST", "x_train", "y_train")


def test() -> Dataset:
    """Return the 10,000 images that nothing is ever trained or tuned on."""
    return _load("MNIST test set", "x_test", "y_test")


test.__test__ = False  # type: ignore[attr-defined]


@lru_cache(maxsize=2)
def _load(name: str, images: str, labels: str) -> Dataset:
    try:
        with np.load(FILE, allow_pickle=False) as arrays:
            return Dataset(name, arrays[images], arrays[labels])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"{FILE.name} in the assets folder is missing or damaged: restore it from the project."
        ) from error


def idx_images(images: NDArray[np.uint8]) -> bytes:
    """Return images (n, rows, columns) in MNIST's original IDX format."""
    return struct.pack(">4i", 2051, *images.shape) + images.tobytes()


def idx_labels(labels: NDArray[np.uint8]) -> bytes:
    """Return labels (n,) in MNIST's original IDX format."""
    return struct.pack(">2i", 2049, len(labels)) + labels.tobytes()

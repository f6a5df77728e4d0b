"""The preparation of the data, one function for each step of the presentation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from core.data.dataset import Dataset
from core.errors import DataError
from core.model.specs import Data

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
CLASSES = 10


def missing_values(frame: pd.DataFrame) -> int:
    """Return how many cells of a table are empty."""
    return int(frame.isna().to_numpy().sum())


def normalise(images: NDArray[np.uint8]) -> Floats:
    """Return x / 255: uint8 0…255 becomes float32 0…1, in the same shape."""
    return images.astype(np.float32) / np.float32(255)


def reshape(rows: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return rows (n, 784) as images (n, 28, 28, 1)."""
    return rows.reshape(-1, 28, 28, 1)


def one_hot(labels: NDArray[np.uint8]) -> Floats:
    """Return digits (n,) as float32 (n, 10): 9 becomes (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)."""
    return np.eye(CLASSES, dtype=np.float32)[labels]


def split(labels: NDArray[np.uint8], data: Data) -> tuple[Indices, Indices]:
    """Return which images train and which validate, both int64 and with the same share of each digit.

    `data.images` are drawn from the pool by `data.split_seed`, which also decides the split.

    Raises:
        DataError: the pool is smaller than what is asked for, or too small to keep the shares.
    """
    if data.images > len(labels):
        raise DataError(f"{data.images:,} images are asked for, but the data set has only {len(labels):,}.")
    everything = np.arange(len(labels), dtype=np.int64)
    try:
        drawn = everything
        if data.images < len(labels):
            drawn, _ = train_test_split(
                everything, train_size=data.images, stratify=labels, random_state=data.split_seed
            )
        train, validation = train_test_split(
            drawn,
            test_size=round(data.images * data.validation_share),
            stratify=labels[drawn],
            random_state=data.split_seed,
        )
    except ValueError as error:
        raise DataError(
            f"{data.images:,} images cannot be split with a validation share of {data.validation_share:g}: "
            "every digit needs at least two images, and both parts at least ten."
        ) from error
    return train, validation


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a network trains and validates on.

    Attributes:
        x_train, x_val: float32 (n, 28, 28, 1), 0…1.
        y_train, y_val: float32 (n, 10), one-hot.
        val_index: int64 (n,), places of the validation images in the pool.
        val_labels: uint8 (n,).
    """

    x_train: Floats
    y_train: Floats
    x_val: Floats
    y_val: Floats
    val_index: Indices
    val_labels: NDArray[np.uint8]


def prepare(pool: Dataset, data: Data) -> Prepared:
    """Return the drawn images of `pool`, split, normalised, reshaped and one-hot encoded."""
    train, validation = split(pool.labels, data)

    def x(index: Indices) -> Floats:
        return reshape(normalise(pool.images[index]))  # type: ignore[return-value]

    return Prepared(
        x(train),
        one_hot(pool.labels[train]),
        x(validation),
        one_hot(pool.labels[validation]),
        validation,
        pool.labels[validation],
    )

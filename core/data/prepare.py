"""The preparation of the data, one function for each step of the presentation."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from core.data.dataset import Dataset, check_count
from core.errors import DataError
from core.model.specs import Data

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)
CLASSES = 10


def missing_values(frame: pd.DataFrame) -> int:
    """Return how many cells of a table are empty."""
    return int(frame.isna().to_numpy().sum())


def normalise(images: NDArray[np.uint8]) -> Floats:
    """Return x / 255: uint8 0…255 becomes float32 0…1, in the same shape."""
    return np.divide(images, np.float32(255), dtype=np.float32)


def grey_values(images: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Return 255 x, rounded: 0…1 becomes uint8 0…255, in the same shape; undoes `normalise`."""
    return (images * 255).round().astype(np.uint8)


def reshape(rows: NDArray[Number]) -> NDArray[Number]:
    """Return rows (n, 784) or images (n, 28, 28) as (n, 28, 28, 1), the same type, without copying."""
    return rows.reshape(-1, 28, 28, 1)


def one_hot(labels: NDArray[np.uint8]) -> Floats:
    """Return digits (n,) as float32 (n, 10): 9 becomes (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)."""
    return np.eye(CLASSES, dtype=np.float32)[labels]


def split(labels: NDArray[np.uint8], data: Data) -> tuple[Indices, Indices]:
    """Return which images train and which validate, both int64 and with the same share of each digit.

    `data.images` are drawn from the pool by `data.split_seed`, which also decides the split. The number
    of validation images is `data.validation_share` of them, rounded to the nearest.

    Raises:
        DataError: the pool is smaller than what is asked for, or too small to keep the shares.
    """
    drawn = _draw(labels, data.images, data.split_seed)
    chosen = labels[drawn]
    validate = round(len(drawn) * data.validation_share)
    _check_no_digit_is_alone(chosen)
    digits = len(np.unique(chosen))
    if digits > min(validate, len(drawn) - validate):
        raise DataError(
            f"A validation share of {data.validation_share:g} splits {len(drawn):,} images into "
            f"{len(drawn) - validate:,} and {validate:,}: both need at least {digits}, one of each digit."
        )
    train, validation = train_test_split(
        drawn, test_size=validate, stratify=chosen, random_state=data.split_seed
    )
    return train, validation


def _draw(labels: NDArray[np.uint8], count: int, seed: int) -> Indices:
    """Return `count` places of the pool, with the pool's share of each digit."""
    everything = np.arange(len(labels), dtype=np.int64)
    check_count(count, len(labels))
    if count == len(labels):
        return everything
    _check_no_digit_is_alone(labels)
    # Fewer than one of each digit left out: scikit-learn cannot keep their shares, and it hardly matters.
    by_digit = labels if len(labels) - count >= CLASSES else None
    drawn: Indices
    drawn, _ = train_test_split(everything, train_size=count, stratify=by_digit, random_state=seed)
    return drawn


def _check_no_digit_is_alone(labels: NDArray[np.uint8]) -> None:
    alone = np.flatnonzero(np.bincount(labels) == 1)
    if alone.size:
        raise DataError(
            f"The digit {alone[0]} has only one image among {len(labels):,}, "
            "expected at least two: one to train on and one to validate on."
        )


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
    """Return the drawn images of `pool`, split, normalised, reshaped and one-hot encoded.

    Raises:
        DataError: as in `split`.
    """
    train, validation = split(pool.labels, data)
    return Prepared(
        x_train=reshape(normalise(pool.images[train])),
        y_train=one_hot(pool.labels[train]),
        x_val=reshape(normalise(pool.images[validation])),
        y_val=one_hot(pool.labels[validation]),
        val_index=validation,
        val_labels=pool.labels[validation],
    )

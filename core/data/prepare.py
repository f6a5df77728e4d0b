"""The preparation of the data, one function for each step of the presentation but its search for missing
values: a file that has any is not read (`core.data.tables`).
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, check_drawn
from core.errors import DataError
from core.model.specs import Data

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)
CLASSES = 10


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
    """Return which images train and which validate, both int64, each with all digits alike if possible.

    `data.images` are drawn from the pool by `data.split_seed`, which also decides the split. The number
    of validation images is `data.validation_share` of them, rounded to the nearest, but at least one, and
    one at least is left to train on. The only image of a digit trains, unless there is no other to validate.
    With `data.folds` it is `_folded` that splits.

    Raises:
        DataError: the pool is smaller than what is asked for, has less than two images, or cannot be folded.
    """
    drawn = _draw(labels, data.images, data.split_seed)
    if data.folds:
        return _folded(drawn, labels[drawn], data)
    validate = min(max(1, round(len(drawn) * data.validation_share)), len(drawn) - 1)
    chosen = labels[drawn]
    alone = np.bincount(chosen)[chosen] == 1
    if 0 < alone.sum() < len(drawn):
        others = drawn[~alone]
        train, validation = _parted(others, labels[others], min(validate, len(others) - 1), data.split_seed)
        return np.concatenate([train, drawn[alone]]), validation
    return _parted(drawn, chosen, validate, data.split_seed)


def _folded(drawn: Indices, labels: NDArray[np.uint8], data: Data) -> tuple[Indices, Indices]:
    """Return drawn places (n,) less one of the folds, and that fold; all folds have all digits alike.

    Over all folds each image validates once, but for the only image of a digit, which always trains.

    Raises:
        DataError: there are fewer images than folds, in all or of a digit.
    """
    counts = np.bincount(labels)
    several = counts[labels] > 1
    others, digits = drawn[several], labels[several]
    if len(others) < data.folds:
        raise DataError(f"{len(drawn):,} images are too few for {data.folds} folds: use fewer folds.")
    rare = next((digit for digit, count in enumerate(counts) if 1 < count < data.folds), None)
    if rare is not None:
        raise DataError(
            f"Of the {rare} there are {counts[rare]} among the drawn images, expected at least one for each "
            f"of the {data.folds} folds: use fewer folds or more images."
        )
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(data.folds, shuffle=True, random_state=data.split_seed).split(digits, digits)
    train, validation = list(folds)[data.fold]
    return np.concatenate([others[train], drawn[~several]]), others[validation]


def _parted(places: Indices, labels: NDArray[np.uint8], validate: int, seed: int) -> tuple[Indices, Indices]:
    """Return places (n,) in two parts, `validate` of them in the second."""
    from sklearn.model_selection import train_test_split

    by_digit = labels if keeps_shares(labels, validate) else None
    train, validation = train_test_split(places, test_size=validate, stratify=by_digit, random_state=seed)
    return train, validation


def keeps_shares(labels: NDArray[np.uint8], validate: int) -> bool:
    """Return whether labels (n,) can be split so that both parts have the same share of each digit.

    Each digit must have two images, and each part room for one of every digit.
    """
    counts = np.bincount(labels)
    counts = counts[counts > 0]
    return bool(counts.min() > 1) and len(counts) <= min(validate, len(labels) - validate)


def _draw(labels: NDArray[np.uint8], count: int, seed: int) -> Indices:
    """Return `count` places of the pool, with the pool's share of each digit if possible."""
    from sklearn.model_selection import train_test_split

    everything = np.arange(len(labels), dtype=np.int64)
    check_drawn(count, len(labels))
    if count == len(labels):
        return everything
    # Fewer than one of each digit left out: scikit-learn cannot keep their shares, and it hardly matters.
    many = len(labels) - count >= CLASSES
    by_digit = labels if many and keeps_shares(labels, count) else None
    drawn: Indices
    drawn, _ = train_test_split(everything, train_size=count, stratify=by_digit, random_state=seed)
    return drawn


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a network trains and validates on.

    Attributes:
        x_train: uint8 (n, 28, 28, 1), 0…255: floats, which `Batches` makes of them, take four times the room.
        x_val: float32 (n, 28, 28, 1), 0…1.
        y_train, y_val: float32 (n, 10), one-hot.
        val_index: int64 (n,), places of the validation images in the pool.
        val_labels: uint8 (n,).
    """

    x_train: NDArray[np.uint8]
    y_train: Floats
    x_val: Floats
    y_val: Floats
    val_index: Indices
    val_labels: NDArray[np.uint8]


def prepare(pool: Dataset, data: Data) -> Prepared:
    """Return the drawn images of `pool`, split, reshaped and one-hot encoded, those that validate normalised.

    Raises:
        DataError: as in `split`.
    """
    train, validation = split(pool.labels, data)
    return Prepared(
        x_train=reshape(pool.images[train]),
        y_train=one_hot(pool.labels[train]),
        x_val=reshape(normalise(pool.images[validation])),
        y_val=one_hot(pool.labels[validation]),
        val_index=validation,
        val_labels=pool.labels[validation],
    )

"""Kaggle's submission: `ImageId,Label`, one row for each of `test.csv`'s 28,000 images."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, digests
from core.data.kaggle import Reading, read_unlabelled
from core.data.prepare import split
from core.errors import DataError
from core.model.specs import Data

ROWS = 28_000
HEADER = ["ImageId", "Label"]
_DIGITS = frozenset("0123456789")

Masks = NDArray[np.bool_]


def read_test(file: Path | IO[bytes], name: str) -> Reading:
    """Return the 28,000 images of Kaggle's `test.csv`, and how they were read.

    Raises:
        DataError: it is another file, damaged, or has not 28,000 images.
    """
    found = read_unlabelled(file, name)
    if (count := len(found.images)) != ROWS:
        raise DataError(
            f"The number of images in {name} is {count:,}, expected {ROWS:,} as in Kaggle's test.csv: "
            "download it again."
        )
    return found


def submission_csv(digits: NDArray[np.integer]) -> bytes:
    """Return a file with one line "ImageId,Label" for each digit (n,), ids from 1; checked as Kaggle does.

    Raises:
        DataError: as in `check_submission`.
    """
    content = table_csv(digits)
    check_submission(content)
    return content


def table_csv(digits: NDArray[np.integer]) -> bytes:
    """Return the same table for any number of images, unchecked."""
    rows = [",".join(HEADER), *(f"{row},{int(digit)}" for row, digit in enumerate(digits, start=1))]
    return ("\n".join(rows) + "\n").encode()


def check_submission(content: bytes) -> None:
    """Refuse what Kaggle would refuse.

    Raises:
        DataError: the header, the number of rows, an id or a label is not as Kaggle wants it.
    """
    header, *rows = csv.reader(io.StringIO(content.decode()))
    if header != HEADER:
        raise DataError(f"The submission begins with {','.join(header)}, expected {','.join(HEADER)}.")
    if len(rows) != ROWS:
        raise DataError(f"The submission has {len(rows):,} rows, Kaggle wants {ROWS:,}.")
    for place, row in enumerate(rows, start=1):
        if len(row) != 2 or row[0] != str(place) or row[1] not in _DIGITS:
            raise DataError(
                f"Line {place + 1} of the submission is {','.join(row)}, expected {place} and a digit 0 to 9."
            )


@dataclass(frozen=True, eq=False)
class Seen:
    """Which of n images to predict were known before: bool (n,) each.

    Attributes:
        training: they are among the images that weights were fitted to.
        validation: they are among those that validated: by these the best epoch was chosen.
    """

    training: Masks
    validation: Masks

    def __or__(self, other: "Seen") -> "Seen":
        return Seen(self.training | other.training, self.validation | other.validation)


def seen(keys: NDArray[np.bytes_], pool: Dataset, data: Data) -> Seen:
    """Return which images a network has seen that was trained on a pool with these settings.

    Args:
        keys: `digests` (n,) of the images to predict.

    Raises:
        DataError: the pool cannot be split like this.
    """
    known = digests(pool.images)
    train, validation = split(pool.labels, data)
    return Seen(np.isin(keys, known[train]), np.isin(keys, known[validation]))

"""Files of digits: Kaggle's `train.csv` (label, pixel0 … pixel783), its `test.csv`, their many dialects, and
zips of pictures in folders named by the digit.

Kaggle's own form is read without a word. Everything else is read where it has one meaning only, and
`Reading.how` says in a line what was made of it; byte order marks, UTF-16 and line ends are not worth a word.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from core.data.archive import Unpacked, Wanted, read_bytes
from core.data.dataset import Dataset
from core.data.faults import Fault
from core.data.tables.choice import LACKS_LABELS, layout_of
from core.data.tables.layout import COLUMNS as COLUMNS
from core.data.tables.layout import PIXELS as PIXELS
from core.data.tables.nested import unnested
from core.data.tables.plain import Told
from core.data.tables.table import table_of
from core.data.tables.text import as_text, check_encoding
from core.errors import DataError

__all__ = [
    "COLUMNS",
    "PIXELS",
    "Reading",
    "read_either",
    "read_labelled",
    "read_unlabelled",
    "summary",
]

Images = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read of a file.

    Attributes:
        name: of the file.
        images: uint8 (n, 28, 28).
        labels: uint8 (n,), or None where it has none.
        how: one sentence on how it was read, empty where the file is in Kaggle's own form.
    """

    name: str
    images: Images
    labels: Images | None
    how: str

    @property
    def dataset(self) -> Dataset:
        """The images with their labels.

        Raises:
            DataError: there are none.
        """
        if self.labels is None:
            raise DataError(f"{self.name} {LACKS_LABELS}.")
        return Dataset(self.name, self.images, self.labels)


def read_labelled(file: Path | IO[bytes], name: str, told: Told = lambda share: None) -> Reading:
    """Return the images and labels of a `train.csv` in any dialect, plain or packed, or of a zip of pictures.

    Args:
        told: hears which share of the lines or pictures is read, from 0 to 1.

    Raises:
        DataError: one sentence that says what is wrong, in which line and column or picture, and what was
            expected.
    """
    return _read(file, name, Wanted.LABELLED, told)


def read_unlabelled(file: Path | IO[bytes], name: str) -> Reading:
    """Return the images of a `test.csv` in any dialect.

    Raises:
        DataError: as in `read_labelled`.
    """
    return _read(file, name, Wanted.UNLABELLED)


def read_either(file: Path | IO[bytes], name: str) -> Reading:
    """Return the images of a file of either kind, and its labels if it has any.

    Raises:
        DataError: as in `read_labelled`.
    """
    return _read(file, name, Wanted.EITHER)


def summary(found: Reading) -> str:
    """Return one line that says what a file of either kind held, and how it was read."""
    how = f" {found.how}" if found.how else ""
    rows = f"{found.name}: {len(found.images):,}"
    if found.labels is None:
        return f"{rows} images without labels, 784 pixels each, no missing values.{how}"
    digits = enumerate(np.bincount(found.labels, minlength=10))
    counts = ", ".join(f"{digit}: {count:,}" for digit, count in digits)
    return f"{rows} labelled images, 784 pixels each, no missing values ({counts}).{how}"


def _read(file: Path | IO[bytes], name: str, wanted: Wanted, told: Told = lambda share: None) -> Reading:
    unpacked = read_bytes(file, name, wanted, told)
    if unpacked.numbers is not None:
        return Reading(name, unpacked.numbers.images, unpacked.numbers.labels, _sentence([unpacked.how]))
    try:
        return _reading(unpacked, name, wanted, told)
    except Fault as fault:
        raise DataError(fault.of(unpacked.name)) from None


def _reading(unpacked: Unpacked, name: str, wanted: Wanted, told: Told) -> Reading:
    text, made = unnested(as_text(unpacked.content))
    try:
        table = table_of(text)
        layout = layout_of(table, wanted)
        found, how = table.numbers(layout, told)
    except Fault:
        check_encoding(text)
        raise
    clauses = [*filter(None, (unpacked.how, made)), *how, *layout.how()]
    return Reading(name, found.images, found.labels, _sentence(clauses))


def _sentence(clauses: list[str]) -> str:
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}." if text else ""

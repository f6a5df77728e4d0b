"""Kaggle's Digit Recognizer files: `train.csv` (label, pixel0 … pixel783) and `test.csv` (without label).

A good file is read by pandas. Anything odd is looked for line by line in `faults`, so that the sentence
people get names the first bad line and its column.
"""

import io
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data import faults
from core.data.archive import read_bytes
from core.data.dataset import Dataset
from core.errors import DataError

PIXELS = [f"pixel{place}" for place in range(784)]
COLUMNS = ["label", *PIXELS]
_CHUNK = 4096
"""Lines that are parsed at a time: pandas needs eight bytes a cell for a moment."""


def read_labelled(file: Path | IO[bytes], name: str) -> Dataset:
    """Return the images and labels of a `train.csv`, plain, zipped or gzipped.

    Whole numbers only (no quotation marks, blanks or signs); CRLF, a byte order mark, quotation marks
    in the header and empty lines at the end are fine.

    Raises:
        DataError: one sentence that says what is wrong, in which line and column, and what was expected.
    """
    return _labelled(read_bytes(file, name), name)


def read_unlabelled(file: Path | IO[bytes], name: str) -> NDArray[np.uint8]:
    """Return the images uint8 (n, 28, 28) of a `test.csv`.

    Raises:
        DataError: as in `read_labelled`.
    """
    return _table(read_bytes(file, name), name, PIXELS).reshape(-1, 28, 28)


def read_either(file: Path | IO[bytes], name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Return the images uint8 (n, 28, 28) of a file of either kind and its labels uint8 (n,), or None.

    Raises:
        DataError: as in `read_labelled`.
    """
    content = read_bytes(file, name)
    if _header(content)[0] == "pixel0":
        return _table(content, name, PIXELS).reshape(-1, 28, 28), None
    dataset = _labelled(content, name)
    return dataset.images, dataset.labels


def summary(name: str, images: NDArray[np.uint8], labels: NDArray[np.uint8] | None) -> str:
    """Return one line that says what a file of either kind held."""
    if labels is None:
        return f"{name}: {len(images):,} images without labels, 784 pixels each, no missing values."
    counts = ", ".join(f"{digit}: {count:,}" for digit, count in enumerate(np.bincount(labels, minlength=10)))
    return f"{name}: {len(labels):,} labelled images, 784 pixels each, no missing values ({counts})."


def _labelled(content: bytes, name: str) -> Dataset:
    table = _table(content, name, COLUMNS)
    return Dataset(name, table[:, 1:].reshape(-1, 28, 28), table[:, 0].copy())


def _table(content: bytes, name: str, columns: list[str]) -> NDArray[np.uint8]:
    """Return the numbers uint8 (n, columns) below the header."""
    text = _unix(content)
    header = _header(text)
    if header != columns:
        fault = faults.text_fault(text, columns) or faults.header_fault(header, columns)
        raise DataError(f"{name} {fault}.")
    body = text.partition(b"\n")[2].rstrip(b"\n")
    if not body:
        raise DataError(f"{name} has a header but no rows.")
    table = _numbers(body, len(columns))
    if table is None or (columns is COLUMNS and (table[:, 0] > 9).any()):
        raise DataError(_fault_in_rows(text, body, name, columns))
    return table


def _numbers(body: bytes, width: int) -> NDArray[np.uint8] | None:
    """Return the numbers of a body that is nothing but 0 … 255 in even rows, else None."""
    lines = body.count(b"\n") + 1
    if body.translate(None, b"0123456789,\n") or body.count(b",") != lines * (width - 1):
        return None
    try:
        chunks = pd.read_csv(
            io.BytesIO(body),
            header=None,
            names=range(width),
            dtype=np.uint8,
            skip_blank_lines=False,
            chunksize=_CHUNK,
        )
        table = np.concatenate([chunk.to_numpy() for chunk in chunks])
    except (ValueError, OverflowError):  # an empty cell, a number above 255, a line too long
        return None
    return table if table.shape == (lines, width) else None


def _fault_in_rows(text: bytes, body: bytes, name: str, columns: list[str]) -> str:
    if wrong := faults.text_fault(text, columns):
        return f"{name} {wrong}."
    return f"{name}, {faults.row_fault(body, columns) or 'some line: expected whole numbers only'}."


def _header(content: bytes) -> list[str]:
    """Return the names in the first line; at least one, maybe empty."""
    first = _unix(content[:20_000]).removeprefix(faults.BOM).partition(b"\n")[0]
    return [cell.strip().strip('"') for cell in first.decode("utf-8", "replace").split(",")]


def _unix(content: bytes) -> bytes:
    """Return the content with the line ends of Unix."""
    if b"\r" not in content:
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

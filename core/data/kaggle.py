"""Kaggle's Digit Recognizer files: `train.csv` (label, pixel0 … pixel783) and `test.csv` (without label).

A good file is read by pandas in one go. Anything odd is looked for line by line, so that the sentence
people get names the first bad line, counted as an editor does (the header is line 1), and its column.
"""

import io
import re
from pathlib import Path
from typing import IO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.archive import read_bytes
from core.data.dataset import Dataset
from core.errors import DataError

PIXELS = [f"pixel{place}" for place in range(784)]
COLUMNS = ["label", *PIXELS]
_WHOLE = re.compile(rb"\d{1,9}")
_PLAIN = b"0123456789,\r\n"


def read_labelled(file: Path | IO[bytes], name: str) -> Dataset:
    """Return the images and labels of a `train.csv`, plain, zipped or gzipped.

    Raises:
        DataError: one sentence that says what is wrong, in which line and column, and what was expected.
    """
    table = _table(read_bytes(file, name), name, COLUMNS)
    return Dataset(name, table[:, 1:].reshape(-1, 28, 28), np.ascontiguousarray(table[:, 0]))


def read_unlabelled(file: Path | IO[bytes], name: str) -> NDArray[np.uint8]:
    """Return the images uint8 (n, 28, 28) of a `test.csv`.

    Raises:
        DataError: as in `read_labelled`.
    """
    return _table(read_bytes(file, name), name, PIXELS).reshape(-1, 28, 28)


def check(path: Path) -> str:
    """Return one line that says what a file of either kind holds.

    Raises:
        DataError: as in `read_labelled`.
    """
    content = read_bytes(path, path.name)
    if _header(content)[:1] == ["pixel0"]:
        rows = len(_table(content, path.name, PIXELS))
        return f"{path.name}: {rows:,} images without labels, 784 pixels each, no missing values."
    table = _table(content, path.name, COLUMNS)
    digits = np.bincount(table[:, 0], minlength=10)
    counts = ", ".join(f"{digit}: {count:,}" for digit, count in enumerate(digits))
    return f"{path.name}: {len(table):,} labelled images, 784 pixels each, no missing values ({counts})."


def _table(content: bytes, name: str, columns: list[str]) -> NDArray[np.uint8]:
    """Return the numbers uint8 (n, columns) below the header."""
    _check_header(content, name, columns)
    body = content[content.find(b"\n") + 1 :].rstrip() if b"\n" in content else b""
    if not body:
        raise DataError(f"{name} has a header but no rows.")
    table = _fast(body, len(columns))
    limits = np.array([9 if column == "label" else 255 for column in columns])
    if table is None or (table > limits).any():
        raise DataError(_first_fault(body, name, columns))
    return table.astype(np.uint8)


def _fast(body: bytes, width: int) -> NDArray[np.int64] | None:
    """Return the numbers of a body that is nothing but whole numbers in even rows, else None."""
    if body.translate(None, _PLAIN):
        return None
    lines = body.count(b"\n") + 1
    if body.count(b",") != lines * (width - 1):
        return None
    try:
        frame = pd.read_csv(
            io.BytesIO(body), header=None, names=range(width), dtype=np.int64, skip_blank_lines=False
        )
    except (ValueError, OverflowError):  # pandas' ParserError is a ValueError
        return None
    return frame.to_numpy() if frame.shape == (lines, width) else None


def _first_fault(body: bytes, name: str, columns: list[str]) -> str:
    """Return the sentence on the first line that is not as it should be."""
    for number, line in enumerate(body.splitlines(), start=2):
        cells = line.split(b",")
        if len(cells) != len(columns):
            what = "is empty" if not line.strip() else f"has {len(cells)} values"
            return f"{name}, line {number} {what}, expected {len(columns)} values separated by commas."
        for column, cell in zip(columns, cells, strict=True):
            most = 9 if column == "label" else 255
            if not (_WHOLE.fullmatch(cell) and int(cell) <= most):
                found = "an empty cell" if not cell.strip() else f"“{_text(cell)}”"
                expected = f"expected a whole number from 0 to {most}"
                return f"{name}, line {number}, column {column}: {expected}, found {found}."
    return f"{name} cannot be read as a table of whole numbers."


def _check_header(content: bytes, name: str, columns: list[str]) -> None:
    if not content.strip():
        raise DataError(f"{name} is empty, expected a CSV file that begins with {_expected(columns)}.")
    if b"\x00" in content[:4096]:
        raise DataError(f"{name} is no CSV file: its first bytes are not text.")
    header = _header(content)
    if header == columns:
        return
    if all(re.fullmatch(r"\s*[\d.]+\s*", cell) for cell in header):
        raise DataError(f"{name} has no header: its first line must be {_expected(columns)}.")
    missing = [column for column in columns if column not in header]
    if len(missing) == len(columns):
        begin = ",".join(header)[:40]
        raise DataError(
            f"{name} is no CSV file of digits: it begins with “{begin}”, not {_expected(columns)}."
        )
    if missing == ["label"]:
        raise DataError(
            f"{name}: column label is missing; a file to train on needs it (Kaggle's test.csv has none)."
        )
    if missing:
        raise DataError(
            f"{name}: column {missing[0]} is missing in the header, expected {_expected(columns)}."
        )
    extra = [cell for place, cell in enumerate(header) if cell not in columns or cell in header[:place]]
    if extra:
        raise DataError(
            f"{name}: the header has a column too many, “{extra[0][:40]}”; expected {_expected(columns)}."
        )
    raise DataError(f"{name}: the columns are in another order, expected {_expected(columns)}.")


def _header(content: bytes) -> list[str]:
    first = content[:20_000].removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0]
    return [cell.strip().strip('"') for cell in _text(first, 20_000).split(",")]


def _expected(columns: list[str]) -> str:
    return f"{columns[0]},{columns[1]}, … ,{columns[-1]}"


def _text(cell: bytes, most: int = 40) -> str:
    return cell.decode("utf-8", "replace")[:most].strip("\r")

"""Arrays by name as one value that travels as bytes, held against what they must be when they come back."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError

Arrays = dict[str, NDArray[Any]]
_UNREADABLE: tuple[type[Exception], ...] = (
    *(OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError),
    *(SyntaxError, TokenError, OverflowError, zipfile.BadZipFile, zlib.error),
)
"""What NumPy may raise on a damaged `.npz` file."""


def packed(arrays: Mapping[str, NDArray[Any]], compressed: bool = True) -> bytes:
    """Return arrays as an `.npz` file."""
    buffer = io.BytesIO()
    save: Any = np.savez_compressed if compressed else np.savez
    save(buffer, **arrays)
    return buffer.getvalue()


def unpacked(content: bytes, forms: Mapping[str, str], damaged: str) -> Arrays:
    """Return those arrays of an `.npz` file that have a form; nothing in it is ever run.

    Args:
        forms: type and shape by name, such as {"labels": "uint8 n", "shares": "float32 n 10"}: a letter is a
            length that is the same wherever it stands.
        damaged: the sentence that says so.

    Raises:
        DataError: the content is no such file, an array is missing, or one has another type or shape.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = {name: file[name] for name in forms}
    except _UNREADABLE as error:
        raise DataError(damaged) from error
    lengths: dict[str, int] = {}
    if not all(_has_form(arrays[name], form, lengths) for name, form in forms.items()):
        raise DataError(damaged)
    return arrays


def _has_form(array: NDArray[Any], form: str, lengths: dict[str, int]) -> bool:
    """Whether an array has a form; `lengths` are those of the letters, as far as they are known."""
    kind, *sides = form.split()
    if array.dtype != kind or array.ndim != len(sides):
        return False
    wanted = [
        int(side) if side.isdecimal() else lengths.setdefault(side, length)
        for side, length in zip(sides, array.shape, strict=True)
    ]
    return wanted == list(array.shape)

"""Reading zip files and NumPy's `.npz` that strangers made: bounded before anything is unpacked.

Nothing is ever written to disk, no pickle is loaded, and no more memory is taken than a member's size,
which is compared with its limit first.
"""

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.data.faults import shown
from core.errors import DataError

_DAMAGED: tuple[type[Exception], ...] = (
    *(OSError, EOFError, KeyError, ValueError, RuntimeError, OverflowError, MemoryError),
    *(SyntaxError, TypeError, struct.error, zlib.error, zipfile.BadZipFile),
)
"""What `zipfile` and NumPy's header reader may raise on damaged content."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others unpack in one go, so that a bomb would be in memory before it is measured."""
_ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 1_000
"""How an entry of a zip's directory begins; `zipfile` takes half a kilobyte for each of its 46 bytes."""


def read_members(content: bytes, limits: Mapping[str, int], what: str) -> dict[str, bytes]:
    """Return the members of a zip by name.

    Args:
        limits: every name that may occur, with the most bytes it may unpack to.
        what: the file in the sentences, such as "The archive".

    Raises:
        DataError: it is no zip, is damaged, or a member is unknown, there twice, locked or too large.
    """
    if content.count(_ENTRY) > _MOST_ENTRIES:
        raise DataError(f"{what} holds thousands of files, expected at most {len(limits)}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check(archive.infolist(), limits, what)
            return {member.filename: archive.read(member) for member in archive.infolist()}
    except DataError:
        raise
    except _DAMAGED:
        raise DataError(f"{what} is no zip file or a damaged one: export it again.") from None


def _check(members: list[zipfile.ZipInfo], limits: Mapping[str, int], what: str) -> None:
    if min((member.header_offset for member in members), default=0):
        # The end is missing, and what was taken for it belongs to a zip inside this one.
        raise zipfile.BadZipFile
    names = [member.filename for member in members]
    for member in members:
        name = shown(member.filename)
        if member.filename not in limits:
            raise DataError(f"{what} holds {name}, which is none of {', '.join(limits)}.")
        if names.count(member.filename) > 1:
            raise DataError(f"{what} holds {name} twice.")
        if member.flag_bits & 0x1 or member.compress_type not in _METHODS:
            raise DataError(f"{what} has {name} locked or packed in an unusual way: expected plain deflate.")
        if member.file_size > limits[member.filename]:
            size, most = member.file_size / 1e6, limits[member.filename] / 1e6
            raise DataError(f"{what} has {name} with {size:,.1f} MB, the limit is {most:,.1f} MB.")


def read_arrays(
    content: bytes, kinds: Mapping[str, tuple[str, tuple[int, ...]]], rows: int, what: str
) -> dict[str, NDArray[np.generic]]:
    """Return the arrays of an `.npz` file, all with the same number of rows.

    Args:
        kinds: for each array, all of which must be there, its dtype and the shape of one row.
        rows: the most rows there may be.
        what: the file in the sentences.

    Raises:
        DataError: an array is missing or has another dtype, shape or length, or pickles are in it.
    """
    head = 4096
    sizes = {k: rows * np.dtype(d).itemsize * math.prod(shape) + head for k, (d, shape) in kinds.items()}
    members = read_members(content, {f"{key}.npy": size for key, size in sizes.items()}, what)
    for key in kinds:
        if f"{key}.npy" not in members:
            raise DataError(f"{what} lacks the array {key}.")
    arrays = {k: _array(members[f"{k}.npy"], d, shape, f"{what}: {k}") for k, (d, shape) in kinds.items()}
    if len({len(array) for array in arrays.values()}) != 1:
        raise DataError(f"{what} has arrays of different lengths.")
    return arrays


def _array(content: bytes, dtype: str, shape: tuple[int, ...], what: str) -> NDArray[np.generic]:
    """Return the array of an `.npy` file that has exactly this dtype and this shape of a row."""
    stream = io.BytesIO(content)
    try:
        if npy.read_magic(stream) != (1, 0):
            raise DataError(f"{what} is in a newer format, expected version 1.0.")
        found, fortran, kind = npy.read_array_header_1_0(stream)
    except DataError:
        raise
    except _DAMAGED:
        raise DataError(f"{what} is no array.") from None
    wanted = " × ".join(["n", *map(str, shape)])
    if kind != np.dtype(dtype) or len(found) != 1 + len(shape) or found[1:] != shape:
        raise DataError(f"{what} has the type {kind} and the shape {found}, expected {dtype}, {wanted}.")
    body = content[stream.tell() :]
    if len(body) != math.prod(found) * kind.itemsize:
        raise DataError(f"{what} has {len(body):,} bytes, its header promises another number.")
    return np.frombuffer(body, kind).reshape(found, order="F" if fortran else "C").copy()

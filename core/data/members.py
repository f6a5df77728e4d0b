"""Reading zip files and NumPy's `.npz` that strangers made: bounded before anything is unpacked.

Nothing is ever written to disk, no pickle is loaded, and no more memory is taken than a member's size,
which is compared with its limit first.
"""

import io
import math
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from tokenize import TokenError

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from core.data.faults import shown
from core.errors import DataError

DAMAGED: tuple[type[Exception], ...] = (
    *(OSError, EOFError, KeyError, ValueError, RuntimeError, OverflowError, MemoryError),
    *(SyntaxError, TypeError, TokenError, struct.error, zlib.error, zipfile.BadZipFile),
)
"""What `zipfile` and NumPy's header reader may raise on damaged content."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Others unpack in one go, so that a bomb would be in memory before it is measured."""
ENTRY, _MOST_ENTRIES = b"PK\x01\x02", 1_000
"""How an entry of a zip's directory begins; `zipfile` takes half a kilobyte for each of its 46 bytes."""
_OTHERS = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x1f\x8b": "a gzip file",
    b"\xfd7zXZ": "an xz file",
    b"BZh": "a bzip2 file",
    b"{": "JSON",
    b"<": "a web page",
    b"%PDF": "a PDF",
}
"""How what people also call a zip, or take for one, begins."""

_NOTES = frozenset({"__macosx", "thumbs.db", "desktop.ini", "@eadir", "$recycle.bin"})
"""What file managers leave behind, in lower case; so is whatever begins with a dot."""

Named = Callable[[Sequence[str]], Sequence[str | None]]
"""Says what each member of a zip counts as, by their names in the zip; None: it does not count."""


def read_members(
    content: bytes,
    limits: Mapping[str, int],
    what: str,
    *,
    only: Collection[str] | None = None,
    named: Named = lambda names: names,
    mend: str = "export it again",
) -> dict[str, bytes]:
    """Return the members of a zip by name.

    Args:
        limits: every name that may occur, with the most bytes it may unpack to.
        what: the file in the sentences, such as "The archive".
        only: the names whose content is wanted; all others stay packed. None: all are wanted.
        named: under which name each is meant, where a zip was unpacked and zipped again.
        mend: what to do about a damaged one, for the sentence.

    Raises:
        DataError: it is no zip, is damaged, or a member is unknown, there twice, locked, a link or too large.
    """
    if content.count(ENTRY) > _MOST_ENTRIES:
        raise DataError(f"{what} holds thousands of files, expected at most {len(limits)}.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _checked(archive.infolist(), limits, what, named)
            wanted = members if only is None else members.keys() & set(only)
            return {name: read_member(archive, members[name]) for name in wanted}
    except DataError:
        raise
    except DAMAGED:
        kind = next((kind for begin, kind in _OTHERS.items() if content.startswith(begin)), None)
        told = f"is {kind}, expected a zip file" if kind else f"is no zip file or a damaged one: {mend}"
        raise DataError(f"{what} {told}.") from None


def is_note(name: str) -> bool:
    """Whether a member of a zip is a folder, hidden, or what a file manager wrote for itself."""
    parts = name.replace("\\", "/").split("/")
    return not parts[-1] or any(_is_left_behind(part) for part in parts)


def _is_left_behind(part: str) -> bool:
    return part.lower() in _NOTES or (part.startswith(".") and part not in (".", ".."))


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """Unpack one member, and no more of it than it says it has: without a number all comes at once."""
    with archive.open(member) as stream:
        return stream.read(member.file_size + 1)


def _checked(
    members: Sequence[zipfile.ZipInfo], limits: Mapping[str, int], what: str, named: Named
) -> dict[str, zipfile.ZipInfo]:
    if min((member.header_offset for member in members), default=0):
        # The end is missing, and what was taken for it belongs to a zip inside this one.
        raise zipfile.BadZipFile
    found: dict[str, zipfile.ZipInfo] = {}
    names = named([member.filename for member in members])
    for name, member in zip(names, members, strict=True):
        if name is None:
            continue
        if name not in limits:
            raise DataError(f"{what} holds {shown(member.filename)}, which is none of {', '.join(limits)}.")
        if name in found:
            raise DataError(f"{what} holds {shown(member.filename)} twice.")
        check_member(member, limits[name], what)
        found[name] = member
    return found


def check_member(member: zipfile.ZipInfo, most: int, what: str) -> None:
    """Refuse a member before anything of it is unpacked.

    Raises:
        DataError: it is locked, packed in an unusual way, a link, or larger than `most` bytes.
    """
    name = shown(member.filename)
    if member.flag_bits & 0x1:
        raise DataError(f"{what} has {name} locked with a password: zip it without one.")
    if member.compress_type not in _METHODS:
        raise DataError(f"{what} has {name} packed in an unusual way: expected plain deflate.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataError(f"{what} has {name} as a link, expected the file itself.")
    if member.file_size > most:
        size = f"{member.file_size / 1e6:,.1f} MB, the limit is {most / 1e6:,.1f} MB"
        raise DataError(f"{what} has {name} with {size}.")


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
    except DAMAGED:
        raise DataError(f"{what} is no array.") from None
    wanted = " × ".join(["n", *map(str, shape)])
    if kind != np.dtype(dtype) or len(found) != 1 + len(shape) or found[1:] != shape:
        raise DataError(f"{what} has the type {kind} and the shape {found}, expected {dtype}, {wanted}.")
    body = content[stream.tell() :]
    if len(body) != math.prod(found) * kind.itemsize:
        raise DataError(f"{what} has {len(body):,} bytes, its header promises another number.")
    return np.frombuffer(body, kind).reshape(found, order="F" if fortran else "C").copy()

"""The bytes of a file, unpacked if it is zipped or gzipped, and never more of them than allowed.

Of a zip of several tables, such as Kaggle's “Download all”, the one that is wanted is taken. One of
pictures in folders named by their digits is read at once (`folders`).
"""

import gzip
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO

from core.data.faults import shown
from core.data.folders import folders_of, read_folders
from core.data.members import ENTRY, is_note
from core.data.tables.cells import Numbers
from core.data.tables.kinds import zip_kind
from core.data.tables.plain import Told
from core.errors import DataError
from core.words import listed

MAX_BYTES = 200_000_000
"""The largest file that is read, unpacked. Kaggle's train.csv has 77 MB."""
TABLES = (".csv", ".tsv")
_PACKED = (".gz", ".zip")
_ZIP, _GZIP = (b"PK\x03\x04", b"PK\x05\x06"), b"\x1f\x8b"
_DAMAGED: tuple[type[Exception], ...] = (
    *(gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError),
    *(UnicodeDecodeError, struct.error, OverflowError),
)
_MOST_ENTRIES = 300_000
"""Files in a zip, what a Mac adds included: `zipfile` takes half a kilobyte for each."""


class Wanted(Enum):
    """Which images a file is read for; the values are what Kaggle calls their tables."""

    LABELLED = ("train",)
    UNLABELLED = ("test",)
    EITHER = ("train", "test")


@dataclass(frozen=True, eq=False)
class Unpacked:
    """What a file holds.

    Attributes:
        content: the bytes.
        name: what it is called in sentences: "all.zip (train.csv)" for one table of several.
        how: which table was taken, and which were not, as a main clause; empty if there was but one.
        numbers: the images and labels, where it holds pictures and no table; `content` is empty then.
    """

    content: bytes
    name: str
    how: str = ""
    numbers: Numbers | None = None


def read_bytes(
    file: Path | IO[bytes], name: str, wanted: Wanted, told: Told = lambda share: None
) -> Unpacked:
    """Return the whole file; what it is packed with is told by its first bytes, not by its name.

    Args:
        told: hears which share of the pictures is read, where there are any.

    Raises:
        DataError: it cannot be read, is damaged, larger than `MAX_BYTES`, or a zip in which no table is the
            one that is wanted; or as in `read_folders`.
    """
    place = os.fsencode(file).decode("utf-8", "backslashreplace") if isinstance(file, Path) else name
    try:
        if not isinstance(file, Path):
            return _unpack(file, name, wanted, told)
        if file.exists() and not file.is_file():
            raise DataError(f"{place} is a folder or a device, expected a CSV file.")
        with file.open("rb") as opened:
            return _unpack(opened, name, wanted, told)
    except FileNotFoundError:
        raise DataError(f"There is no file {place}.") from None
    except PermissionError:
        raise DataError(f"{place} may not be read: check its permissions.") from None
    except EOFError:
        raise DataError(f"{name} ends in the middle of its packed content: download it again.") from None
    except _DAMAGED as error:
        raise DataError(f"{name} is a damaged archive ({error}): download it again.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror or error}.") from None


def holds_both(file: Path | IO[bytes]) -> bool:
    """Whether a file is a zip with a table of either kind, as Kaggle's “Download all”."""
    with suppress(OSError, *_DAMAGED), zipfile.ZipFile(file) as archive:
        tables = _tables(archive)
        return all(_matching(tables, wanted) for wanted in (Wanted.LABELLED, Wanted.UNLABELLED))
    return False


def may_hold(file: Path, wanted: Wanted) -> bool:
    """Whether a zip has the images in it that are wanted, or is damaged, so that reading it will say so."""
    try:
        status = file.stat()
        return _holds(file, wanted, status.st_size, status.st_mtime_ns)
    except _DAMAGED:
        return True
    except OSError:
        return False


@lru_cache(maxsize=64)
def _holds(file: Path, wanted: Wanted, size: int, changed: int) -> bool:
    """Look into a zip once, since pages ask whenever they are drawn and 60,000 names take a while."""
    with zipfile.ZipFile(file) as archive:
        return bool(_matching(_tables(archive), wanted)) or _has_folders(archive, wanted)


def is_table(name: str) -> bool:
    """Whether a file is named like a table, plain or packed, and is no leftover of a file manager."""
    return _is_named(name.lower().removesuffix(".gz").removesuffix(".zip"), TABLES)


def _is_named(name: str, endings: tuple[str, ...]) -> bool:
    """Whether a name ends like this, and is no leftover of a file manager."""
    leads_out = ".." in name.replace("\\", "/").split("/")
    return name.lower().endswith(endings) and not leads_out and not is_note(name)


def called(name: str, word: str) -> bool:
    """Whether a file is named like Kaggle's table `word`: train.csv, Train (1).csv.gz, a/train.csv.zip."""
    return _stem(name) == word


def _unpack(file: IO[bytes], name: str, wanted: Wanted, told: Told, *, inside: bool = False) -> Unpacked:
    """Return what a file holds; one that lay inside a zip is not looked through for further zips."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(_GZIP):
        with gzip.GzipFile(fileobj=file) as unpacked:
            return Unpacked(_limited(unpacked, name), name)
    if magic in _ZIP:
        _check_entries(file, name)
        if not zipfile.is_zipfile(file):
            raise DataError(f"{name} is a damaged archive (its end is missing): download it again.")
        with zipfile.ZipFile(file) as archive:
            return _from_zip(archive, name, wanted, told, inside)
    if size > MAX_BYTES:
        raise _too_large(name, f"{size / 1e6:,.0f} MB")
    return Unpacked(file.read(), name)


def _check_entries(file: IO[bytes], name: str) -> None:
    entries, rest = 0, b""
    while block := file.read(1 << 20):
        entries, rest = entries + (rest + block).count(ENTRY), (rest + block)[1 - len(ENTRY) :]
    file.seek(0)
    if entries > _MOST_ENTRIES:
        raise DataError(f"{name} holds {entries:,} files, the limit is {_MOST_ENTRIES:,}.")


def _has_folders(archive: zipfile.ZipFile, wanted: Wanted) -> bool:
    """Whether a zip has pictures in folders named by digits, which are of use where labels are wanted."""
    return wanted is not Wanted.UNLABELLED and bool(folders_of(archive).sets)


def _from_zip(archive: zipfile.ZipFile, name: str, wanted: Wanted, told: Told, inside: bool) -> Unpacked:
    tables = _tables(archive) or ([] if inside else _zips(archive))
    if not _matching(tables, wanted) and _has_folders(archive, wanted):
        numbers, how = read_folders(archive, name, MAX_BYTES, told)
        return Unpacked(b"", name, how, numbers)
    member = _one(tables, archive, name, wanted)
    if member.flag_bits & 0x1:
        raise DataError(f"{name} is locked with a password: unpack it first.")
    # Python unpacks other methods in one go, so that a bomb would be in memory before it is measured.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name} is packed in an unusual way: unpack it first, or zip it as usual (deflate).")
    with archive.open(member) as stream:
        inner = Unpacked(_limited(stream, name), name)
    if not inside and inner.content.startswith((*_ZIP, _GZIP)):
        inner = _unpack(io.BytesIO(inner.content), name, wanted, told, inside=True)
    if len(tables) == 1:
        return inner
    others = [_short(other) for other in tables if other is not member]
    left = listed(others if len(others) < 4 else [*others[:2], f"{len(others) - 2} others"])
    how = f"from the archive {_short(member)} was taken (also in it: {left})"
    return replace(inner, name=f"{name} ({_short(member)})", how=how)


def _tables(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the members that are tables, plain or packed; what a Mac leaves in zips is none."""
    return [member for member in archive.infolist() if is_table(member.filename)]


def _zips(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """Return the only zip in a zip, as when a downloaded one was zipped once more; of several none."""
    found = [member for member in archive.infolist() if _is_named(member.filename, (".zip",))]
    return found if len(found) == 1 else []


def _one(
    tables: Sequence[zipfile.ZipInfo], archive: zipfile.ZipFile, name: str, wanted: Wanted
) -> zipfile.ZipInfo:
    """Return the table that is wanted: the only one, or the one that is called so.

    Raises:
        DataError: there is none, or several may be it.
    """
    if not tables:
        names = [member for member in archive.namelist() if not is_note(member)]
        raise DataError(f"{name} {zip_kind(names)}.")
    chosen = tables if len(tables) == 1 else _matching(tables, wanted)
    if len(chosen) == 1:
        return chosen[0]
    found = ", ".join(shown(member.filename) for member in tables[:3]) + (", …" if len(tables) > 3 else "")
    which = listed([f"{word}.csv" for word in wanted.value], "or")
    raise DataError(
        f"{name} holds {len(tables)} CSV files ({found}), expected exactly one named like {which}."
    )


def _matching(tables: Sequence[zipfile.ZipInfo], wanted: Wanted) -> list[zipfile.ZipInfo]:
    """Return the tables that are called as the wanted ones, or at least have it in their names."""
    for word in wanted.value:
        exact = [member for member in tables if called(member.filename, word)]
        found = exact or [member for member in tables if word in _stem(member.filename)]
        if found:
            same = len({(member.CRC, member.file_size) for member in found}) == 1
            return found[:1] if same else found
    return []


def _stem(name: str) -> str:
    """Return the name of a table without folders, endings and a browser's " (1)", in small letters."""
    plain = PurePosixPath(name.replace("\\", "/").lower()).name
    for ending in (*_PACKED, *TABLES):
        plain = plain.removesuffix(ending)
    stem, bracket, number = plain.rpartition("(")
    copied = bool(bracket) and number.removesuffix(")").isdecimal()
    return stem.strip() if copied else plain


def _short(member: zipfile.ZipInfo) -> str:
    name = member.filename
    return name if len(name) <= 40 and name.isprintable() else shown(name)


def _limited(stream: IO[bytes] | gzip.GzipFile, name: str) -> bytes:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _too_large(name, f"more than {MAX_BYTES / 1e6:,.0f} MB unpacked")
    return content


def _too_large(name: str, size: str) -> DataError:
    return DataError(
        f"{name} has {size}, the limit is {MAX_BYTES / 1e6:,.0f} MB (Kaggle's train.csv has 77 MB)."
    )

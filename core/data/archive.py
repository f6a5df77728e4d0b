"""The bytes of a file, unpacked if it is zipped or gzipped, and never more of them than allowed."""

import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO

from core.errors import DataError

MAX_BYTES = 200_000_000
"""The largest file that is read, unpacked. Kaggle's train.csv has 77 MB."""

_DAMAGED = (gzip.BadGzipFile, zipfile.BadZipFile, zlib.error, NotImplementedError)


def read_bytes(file: Path | IO[bytes], name: str) -> bytes:
    """Return the whole file; what it is packed with is told by its first bytes, not by its name.

    Raises:
        DataError: it cannot be read, is damaged, larger than `MAX_BYTES`, or a zip without exactly one CSV.
    """
    try:
        if not isinstance(file, Path):
            return _unpack(file, name)
        if file.exists() and not file.is_file():
            raise DataError(f"{file} is a folder or a device, expected a CSV file.")
        with file.open("rb") as opened:
            return _unpack(opened, name)
    except FileNotFoundError:
        raise DataError(f"There is no file {file}.") from None
    except PermissionError:
        raise DataError(f"{file} may not be read: check its permissions.") from None
    except EOFError:
        raise DataError(f"{name} ends in the middle of its packed content: download it again.") from None
    except _DAMAGED as error:
        raise DataError(f"{name} is a damaged archive ({error}): download it again.") from None
    except OSError as error:
        raise DataError(f"{name} cannot be read: {error.strerror or error}.") from None


def _unpack(file: IO[bytes], name: str) -> bytes:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    if magic.startswith(b"\x1f\x8b"):
        with gzip.GzipFile(fileobj=file) as unpacked:
            return _limited(unpacked, name)
    if magic in (b"PK\x03\x04", b"PK\x05\x06"):
        with zipfile.ZipFile(file) as archive, archive.open(_only_csv(archive, name)) as member:
            return _limited(member, name)
    if size > MAX_BYTES:
        raise _too_large(name, f"{size / 1e6:,.0f} MB")
    return file.read()


def _only_csv(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    files = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    members = [m for m in files if m.filename.lower().endswith(".csv")]
    if len(members) != 1:
        found = ", ".join(m.filename[:40] for m in members[:3]) or "none"
        raise DataError(f"{name} holds {len(members)} CSV files ({found}), expected exactly one.")
    if members[0].flag_bits & 0x1:
        raise DataError(f"{name} is locked with a password: unpack it first.")
    # Python unpacks other methods in one go, so that a bomb would be in memory before it is measured.
    if members[0].compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DataError(f"{name} is packed in an unusual way: unpack it first, or zip it as usual (deflate).")
    return members[0]


def _limited(stream: IO[bytes] | gzip.GzipFile, name: str) -> bytes:
    content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _too_large(name, f"more than {MAX_BYTES / 1e6:,.0f} MB unpacked")
    return content


def _too_large(name: str, size: str) -> DataError:
    return DataError(
        f"{name} has {size}, the limit is {MAX_BYTES / 1e6:,.0f} MB (Kaggle's train.csv has 77 MB)."
    )

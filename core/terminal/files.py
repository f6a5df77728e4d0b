"""The files that a command writes; what cannot be written is refused before minutes are spent on it."""

import os
from pathlib import Path

from core.errors import DataError

FORMATS = {
    "py": "script",
    "ipynb": "notebook",
    "keras": "model",
    "tflite": "tflite",
    "zip": "archive",
    "html": "report",
}
"""Name in the terminal → name among `core.export.files.FILES`."""


def placed(path: Path, name: str) -> Path:
    """Return where a file goes: to `path`, or under its usual name into the folder that this is."""
    try:
        return path / name if path.is_dir() else path
    except OSError:  # such as a name that is too long, which `check_writable` says
        return path


def check_writable(path: Path) -> None:
    """Refuse a path at which no file can be written.

    Raises:
        DataError: it is a folder, lies in none, or may not be written.
    """
    try:
        _check_writable(path)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from None


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path} is a folder, expected the name of a file to write.")
    if not path.parent.is_dir():
        raise DataError(f"{path} cannot be written: there is no folder {path.parent}.")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise DataError(f"{path} cannot be written: check its permissions.")


def write(path: Path, content: bytes) -> None:
    """Write a file.

    Raises:
        DataError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error.strerror or error}.") from None

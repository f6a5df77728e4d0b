"""Kaggle's files in the folder `data/`: on their own, in a folder of theirs, or in the zip of all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

from core.data.archive import Wanted, called, is_table, may_hold

_DEPTH = 2
"""As many folders below the given one are looked through."""


def dropped(folder: Path, wanted: Wanted) -> list[Path]:
    """Return the files in a folder and the folders below it that hold the wanted images.

    These are the ones named like `train.csv` (or `test.csv`), plain, zipped or gzipped, and any zip that
    holds such a file, as Kaggle's "Download all" does whatever it was saved as, or pictures in folders named
    by their digits. What is no file is passed by, such as a pipe to which nobody writes.
    """
    found = [path for path in _files(folder, _DEPTH) if _is_wanted(path, wanted)]
    return sorted(found, key=lambda path: (len(path.parts), path))


def place_of(path: Path, folder: Path) -> str:
    """Return where in a folder a file lies, as people read it; bytes that are no UTF-8 become \\xe4.

    Names from a zip that was made on Windows may hold such bytes, which no page can show.
    """
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", "backslashreplace")


def _files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir():
                    yield from _files(Path(entry), depth - 1) if depth else ()
                elif _may_be_wanted(entry.name) and entry.is_file():
                    yield Path(entry)
    except OSError:  # a folder that is not there, or may not be looked into
        return


def _may_be_wanted(name: str) -> bool:
    return is_table(name) or name.lower().endswith(".zip")


def _is_wanted(path: Path, wanted: Wanted) -> bool:
    named = is_table(path.name) and any(called(path.name, word) for word in wanted.value)
    return named or (path.suffix.lower() == ".zip" and may_hold(path, wanted))

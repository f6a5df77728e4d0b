"""Kaggle's files in the folder `data/`: on their own, in a folder of theirs, or in the zip of all of them."""

from pathlib import Path

from core.data.archive import Wanted, called, holds, is_table

_DEPTH = 2
"""As many folders below the given one are looked through."""


def dropped(folder: Path, wanted: Wanted) -> list[Path]:
    """Return the files in a folder and the folders below it that hold the wanted images.

    These are the ones named like `train.csv` (or `test.csv`), plain, zipped or gzipped, and any zip that
    holds such a file, as Kaggle's "Download all" does whatever it was saved as.
    """
    found = [path for depth in range(_DEPTH + 1) for path in _files(folder, depth)]
    return [path for path in found if _is_wanted(path, wanted)]


def _files(folder: Path, depth: int) -> list[Path]:
    return sorted(path for path in folder.glob("*/" * depth + "*") if not path.name.startswith("."))


def _is_wanted(path: Path, wanted: Wanted) -> bool:
    if not path.is_file():
        return False
    named = is_table(path.name) and any(called(path.name, word) for word in wanted.value)
    return named or (path.suffix.lower() == ".zip" and holds(path, wanted))

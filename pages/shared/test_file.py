"""Kaggle's test.csv as a visitor brought it: alone, or beside train.csv in Kaggle's zip.

It belongs to the session. Whoever loads the page anew, or opens it in another tab, has another session and
finds it there too, as long as the one before is kept: two minutes after its window has gone (`tidy.py`).
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.archive import holds_both
from core.data.submission import read_test
from core.errors import DataError
from pages.shared.visitor import visitor

CHOSEN = "kaggle.test"
"""Where a session keeps its file."""


@dataclass(frozen=True, eq=False)
class TestFile:
    """Images uint8 (28000, 28, 28) of a `test.csv`.

    Attributes:
        digest: tells one file from another.
        public: how many of them are among MNIST's 70,000.
        how: how it was read, empty where it is in Kaggle's own form.
    """

    __test__ = False

    name: str
    images: NDArray[np.uint8]
    digest: str
    public: int
    how: str


_there: WeakValueDictionary[tuple[str, str], TestFile] = WeakValueDictionary()
"""What is anybody's, by content and name: a file that a whole class brings is read and in memory once."""
_chosen_by: WeakValueDictionary[str, TestFile] = WeakValueDictionary()
"""What each visitor chose last, while a session of theirs keeps it."""


def choose_test(test: TestFile) -> None:
    """Keep a file as the one that this visitor's submissions are for."""
    st.session_state[CHOSEN] = test
    if who := visitor():
        _chosen_by[who] = test


def chosen_test() -> TestFile | None:
    """Return the file that this visitor's submissions are for, if there is one."""
    if CHOSEN not in st.session_state and (found := _chosen_by.get(visitor() or "")):
        st.session_state[CHOSEN] = found
    test: TestFile | None = st.session_state.get(CHOSEN)
    return test


def read_test_file(file: Path | Any, name: str) -> TestFile:
    """Return the images of a file in the data folder, or of an uploaded one.

    Raises:
        DataError: as in `read_test`.
    """
    from core.inference.submission import in_mnist  # and SciPy with it, which the first page does without

    key = _content(file), name
    found = _there.get(key)
    if found is None:
        read = read_test(file, name)
        digest = hashlib.sha256(read.images.tobytes()).hexdigest()
        found = _there[key] = TestFile(name, read.images, digest, in_mnist(read.images), read.how)
    return found


def beside_train(file: Path | Any, name: str) -> TestFile | None:
    """Return the `test.csv` of a zip that was read for its `train.csv`, None where it has none to be used."""
    if not holds_both(file):
        return None
    try:
        return read_test_file(file, name)
    except DataError:
        return None


def _content(file: Path | Any) -> str:
    if isinstance(file, Path):
        return f"{file} {file.stat().st_mtime_ns}"
    return hashlib.sha256(file.getvalue()).hexdigest()  # a buffer would be a copy

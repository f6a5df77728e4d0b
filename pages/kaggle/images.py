"""Kaggle's test.csv: uploaded, or put into the data folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.archive import Wanted
from core.data.dropped import dropped, place_of
from core.data.kaggle import SUFFIXES
from core.data.submission import read_test
from core.home import DROP_FOLDER
from core.inference.submission import in_mnist
from pages.shared.services import plain_errors
from pages.shared.uploads import upload
from pages.shared.words import escape

CHOSEN = "kaggle.test"


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


def pick_test_file() -> TestFile | None:
    """Draw the ways to bring the file, and return it once it is there; a wrong one costs one sentence."""
    for path in dropped(DROP_FOLDER, Wanted.UNLABELLED):
        place = place_of(path, DROP_FOLDER)
        if st.button(f"Use data/{escape(place)}", icon=":material/folder_open:", key=f"kaggle.{place}"):
            with plain_errors(go_on=True):
                st.session_state[CHOSEN] = _dropped(path, PurePosixPath(place).name, path.stat().st_mtime_ns)
    uploaded = upload(
        "Kaggle's test.csv, plain, zipped or gzipped",
        SUFFIXES,
        "kaggle.upload",
        lambda file: _uploaded(hashlib.sha256(file.getbuffer()).hexdigest(), file.name, file),
        hint="28,000 lines, one per image: pixel0 … pixel783, each a whole number from 0 to 255; no label.",
    )
    if uploaded is not None:
        st.session_state[CHOSEN] = uploaded
    test: TestFile | None = st.session_state.get(CHOSEN)
    if test is not None:
        how = f". {test.how}" if test.how else ""
        st.success(escape(f"{test.name}: {len(test.images):,} images{how}"), icon=":material/check:")
    return test


@st.cache_resource(max_entries=4, show_spinner=False)
def _uploaded(content: str, name: str, _file: Any) -> TestFile:
    """Read a file once, for all visitors who bring the same."""
    return _test_file(_file, name)


@st.cache_resource(max_entries=2, show_spinner="Reading the images …")
def _dropped(path: Path, name: str, changed: int) -> TestFile:
    return _test_file(path, name)


def _test_file(file: Any, name: str) -> TestFile:
    found = read_test(file, name)
    digest = hashlib.sha256(found.images.tobytes()).hexdigest()
    return TestFile(name, found.images, digest, in_mnist(found.images), found.how)

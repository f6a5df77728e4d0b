"""Kaggle's test.csv: uploaded, or put into the data folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.submission import read_test
from core.home import DROP_FOLDER
from core.inference.submission import in_mnist
from pages._shared.services import plain_errors
from pages._shared.uploads import upload
from pages._shared.words import escape

NAMES = ("test.csv", "test.csv.gz", "test.csv.zip")
CHOSEN = "kaggle.test"


@dataclass(frozen=True, eq=False)
class TestFile:
    """Images uint8 (28000, 28, 28) of a `test.csv`.

    Attributes:
        digest: tells one file from another.
        public: how many of them are among MNIST's 70,000.
    """

    __test__ = False

    name: str
    images: NDArray[np.uint8]
    digest: str
    public: int


def pick_test_file() -> TestFile | None:
    """Draw the ways to bring the file, and return it once it is there; a wrong one costs one sentence."""
    for path in [DROP_FOLDER / name for name in NAMES if (DROP_FOLDER / name).exists()]:
        if st.button(f"Use data/{path.name}", icon=":material/folder_open:", key=f"kaggle.{path.name}"):
            with plain_errors(go_on=True):
                st.session_state[CHOSEN] = _dropped(path, path.stat().st_mtime_ns)
    uploaded = upload(
        "Kaggle's test.csv, plain, zipped or gzipped",
        ["csv", "gz", "zip"],
        "kaggle.upload",
        lambda file: _uploaded(hashlib.sha256(file.getbuffer()).hexdigest(), file.name, file),
        hint="28,000 lines, one per image: pixel0 … pixel783, each a whole number from 0 to 255; no label.",
    )
    if uploaded is not None:
        st.session_state[CHOSEN] = uploaded
    test: TestFile | None = st.session_state.get(CHOSEN)
    if test is not None:
        st.success(f"{escape(test.name)}: {len(test.images):,} images", icon=":material/check:")
    return test


@st.cache_resource(max_entries=4, show_spinner=False)
def _uploaded(content: str, name: str, _file: Any) -> TestFile:
    """Read a file once, for all visitors who bring the same."""
    return _test_file(_file, name)


@st.cache_resource(max_entries=2, show_spinner="Reading the images …")
def _dropped(path: Path, changed: int) -> TestFile:
    return _test_file(path, path.name)


def _test_file(file: Any, name: str) -> TestFile:
    images = read_test(file, name)
    return TestFile(name, images, hashlib.sha256(images.tobytes()).hexdigest(), in_mnist(images))

"""What saved runs answered, and the images they were asked: read once, shared by all sessions."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.predictions import Predictions, Which
from core.data import mnist
from core.runs.artifacts import TEST, VALIDATION
from core.runs.pools import load_pool
from core.runs.records import Run
from pages.shared.choice import one_of
from pages.shared.services import store

SETS: dict[Which, str] = {"validation": "Validation images", "test": "Test images"}
ARTIFACTS: dict[Which, str] = {"validation": VALIDATION, "test": TEST}


def pick_set(key: str) -> Which:
    """Draw the choice between validation and test images, kept in the address, and return it."""
    chosen = one_of(
        "Measured on",
        list(SETS),
        default="validation",
        format_func=SETS.__getitem__,
        key=key,
    )
    return "test" if chosen == "test" else "validation"


def predictions(run: Run, which: Which) -> Predictions | None:
    """Return what a run answered on its "validation" or "test" images, or None if it kept nothing."""
    return _predictions(run.id, run.ended_at or 0.0, ARTIFACTS[which])


@st.cache_resource(max_entries=128, show_spinner=False)
def _predictions(run_id: str, ended_at: float, artifact: str) -> Predictions | None:
    content = store().artifact(run_id, artifact)
    return Predictions.from_bytes(content) if content else None


def images(run: Run, index: Sequence[int], which: Which) -> NDArray[np.uint8]:
    """Return images uint8 (n, 28, 28) by their places in the run's pool, or in the test set."""
    return _images(run.spec.data.source, tuple(index), which)


@st.cache_data(max_entries=64, show_spinner=False)
def _images(source: str, index: Sequence[int], which: Which) -> NDArray[np.uint8]:
    pool = mnist.test() if which == "test" else load_pool(store(), source)
    return pool.images[list(index)]


def forget_images() -> None:
    """Drop all images that are held for the pages: those of a deleted data set may be among them."""
    _images.clear()

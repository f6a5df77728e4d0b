"""The choice of one of the images that a run was tested on."""

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.data import mnist
from core.runs.records import Run
from pages.shared.answers import predictions
from pages.shared.choice import one_of


class Picture(NamedTuple):
    """A test image uint8 (28, 28), its true digit, and the probabilities float32 (10,) the run gave it."""

    image: NDArray[np.uint8]
    label: int
    probabilities: NDArray[np.float32]


def pick_picture(run: Run) -> Picture | None:
    """Draw the choice of a test image, the hardest of each digit first; None if the run kept no answers."""
    answers = predictions(run, "test")
    if answers is None:
        st.info("This run kept no predictions.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        digit = one_of(
            "True digit",
            list(range(10)),
            default=4,
            key="digit",
            wrap=True,
        )
        ranked = _hardest_first(run.id, run.ended_at or 0.0, answers)
        these = ranked[answers.labels[ranked] == digit]
        which = st.number_input(
            "Image", 1, len(these), key="image", bind="query-params", width=140, help="1 is the hardest."
        )
    place = these[int(which) - 1]
    at = int(answers.index[place])
    return Picture(mnist.test().images[at], int(answers.labels[place]), answers.probabilities[place])


@st.cache_data(max_entries=64, show_spinner=False)
def _hardest_first(run_id: str, ended_at: float, _answers: Predictions) -> NDArray[np.int64]:
    """Return the places of a run's answers, the lowest probability of the true digit first."""
    true = _answers.probabilities[np.arange(len(_answers.labels)), _answers.labels]
    return np.argsort(true, kind="stable")

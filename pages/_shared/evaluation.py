"""What a run's predictions show: confusion matrix, report, worst errors, configuration."""

import json
from collections.abc import Sequence
from math import isnan

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.evaluate import Mistake, Normalisation, confusion, report, top_errors
from core.analysis.predictions import Predictions
from core.data import mnist
from core.figures.confusion import confusion_figure
from core.model.describe import describe
from core.runs.artifacts import TEST, VALIDATION
from core.runs.pools import load_pool
from core.runs.records import Run
from pages._shared.chart import chart
from pages._shared.services import plain_errors, store
from pages._shared.words import setting

BY: dict[str, Normalisation] = {"Counts": "counts", "Row %": "row", "Column %": "column"}
SETS = {"Validation images": VALIDATION, "Test images": TEST}


@st.cache_data(max_entries=64, show_spinner=False)
def _predictions(run_id: str, ended_at: float, artifact: str) -> Predictions | None:
    content = store().artifact(run_id, artifact)
    return Predictions.from_bytes(content) if content else None


def evaluation(run: Run) -> None:
    """Draw all that is known of how an ended run answers its validation and test images."""
    shown = st.segmented_control("Measured on", list(SETS), default="Validation images", required=True)
    with plain_errors():
        predictions = _predictions(run.id, run.ended_at or 0.0, SETS[str(shown)])
    if predictions is None:
        st.info("This run kept no predictions.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _confusion(predictions)
    with right:
        _report(predictions)
    _top_errors(run, predictions, is_test=SETS[str(shown)] == TEST)


def _confusion(predictions: Predictions) -> None:
    by = st.segmented_control("Show", list(BY), default="Counts", required=True)
    figure = confusion_figure(confusion(predictions), BY[str(by)])
    chart(figure, f"confusion.{by}", "Confusion matrix; the table beside it holds precision and recall")
    st.caption(
        "Rows are the true digits with the number of their images, columns what the network said. "
        "Blue: right. The stronger the orange, the more mistakes of that kind."
    )


def _report(predictions: Predictions) -> None:
    st.markdown("**Classification report**")
    table = report(predictions)
    shares = table[["precision", "recall", "f1-score"]].map(
        lambda value: "" if isnan(value) else f"{value:.4f}"
    )
    st.table(shares.assign(support=table["support"].map("{:,}".format)), border="horizontal")
    st.caption(
        "Precision: how often a predicted digit is right. Recall: how many of a digit's images are found. "
        "F1: their harmonic mean."
    )


def _top_errors(run: Run, predictions: Predictions, is_test: bool) -> None:
    st.markdown("**Top 6 errors**: where the network was most sure of the wrong digit")
    worst = top_errors(predictions, 6)
    if not worst:
        st.success("Not one image is misclassified.")
        return
    with plain_errors():
        images = _images(run.spec.data.source, tuple(m.index for m in worst), is_test)
    with st.container(horizontal=True):
        for mistake, image in zip(worst, images, strict=True):
            with st.container(width=132):
                _mistake(mistake, image)


def _mistake(mistake: Mistake, image: NDArray[np.uint8]) -> None:
    st.image(np.kron(image, np.ones((6, 6), np.uint8)), width="stretch")
    st.markdown(
        f"**True {mistake.true}, read as {mistake.predicted}**  \n"
        f"p({mistake.predicted}) = {mistake.p_predicted:.4f}  \np({mistake.true}) = {mistake.p_true:.4f}"
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _images(source: str, index: Sequence[int], is_test: bool) -> NDArray[np.uint8]:
    pool = mnist.test() if is_test else load_pool(store(), source)
    return pool.images[list(index)]


def configuration(run: Run) -> None:
    """Draw everything the run was made of, for people and as JSON."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Configuration**")
        _pairs(describe(run.spec))
        st.download_button(
            "Configuration as JSON",
            json.dumps(json.loads(run.spec_json), indent=2),
            f"{run.id}.json",
            "application/json",
            icon=":material/download:",
        )
    with right:
        st.markdown("**Data**")
        _pairs(run.data | {"split seed": run.spec.data.split_seed})
        st.markdown("**Environment**")
        _pairs(run.environment)


def _pairs(pairs: dict[str, object]) -> None:
    st.table({setting(key): str(value) for key, value in pairs.items()}, border="horizontal")

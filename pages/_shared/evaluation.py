"""What a run's predictions show: confusion matrix, report, worst errors, configuration."""

from math import isnan

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.evaluate import Mistake, Normalisation, confusion, report, top_errors
from core.analysis.predictions import Predictions
from core.figures.confusion import confusion_figure
from core.model.describe import describe
from core.runs.records import Run
from core.words import setting
from pages._shared.answers import enlarged, images, pick_set, predictions
from pages._shared.chart import chart
from pages._shared.services import plain_errors

BY: dict[str, Normalisation] = {"Counts": "counts", "Row %": "row", "Column %": "column"}


def evaluation(run: Run) -> None:
    """Draw all that is known of how an ended run answers its validation and test images."""
    which = pick_set("on")
    with plain_errors():
        answers = predictions(run, which)
    if answers is None:
        st.info("This run kept no predictions.")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _confusion(answers)
    with right:
        _report(answers)
    _top_errors(run, answers, which)


def _confusion(answers: Predictions) -> None:
    by = st.segmented_control("Show", list(BY), default="Counts", required=True)
    figure = confusion_figure(confusion(answers), BY[str(by)])
    chart(figure, f"confusion.{by}", "Confusion matrix; the table beside it holds precision and recall")
    st.caption(
        "Rows are the true digits with the number of their images, columns what the network said. "
        "Blue: right. The stronger the orange, the more mistakes of that kind."
    )


def _report(answers: Predictions) -> None:
    st.markdown("**Classification report**")
    table = report(answers)
    shares = table[["precision", "recall", "f1-score"]].map(
        lambda value: "" if isnan(value) else f"{value:.4f}"
    )
    st.table(shares.assign(support=table["support"].map("{:,}".format)), border="horizontal")
    st.caption(
        "Precision: how often a predicted digit is right. Recall: how many of a digit's images are found. "
        "F1: their harmonic mean."
    )


def _top_errors(run: Run, answers: Predictions, which: str) -> None:
    st.markdown("**Top 6 errors**: where the network was most sure of the wrong digit")
    worst = top_errors(answers, 6)
    if not worst:
        st.success("Not one image is misclassified.")
        return
    with plain_errors():
        pictures = images(run, [mistake.index for mistake in worst], which)
    with st.container(horizontal=True):
        for mistake, image in zip(worst, pictures, strict=True):
            with st.container(width=132):
                _mistake(mistake, image)


def _mistake(mistake: Mistake, image: NDArray[np.uint8]) -> None:
    st.image(enlarged(image), width="stretch")
    st.markdown(
        f"**True {mistake.true}, read as {mistake.predicted}**  \n"
        f"p({mistake.predicted}) = {mistake.p_predicted:.4f}  \np({mistake.true}) = {mistake.p_true:.4f}"
    )


def configuration(run: Run) -> None:
    """Draw everything the run was made of, for people and as JSON."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Configuration**")
        _pairs(describe(run.spec))
    with right:
        st.markdown("**Data**")
        _pairs(run.data | {"split seed": run.spec.data.split_seed})
        st.markdown("**Environment**")
        _pairs(run.environment)


def _pairs(pairs: dict[str, object]) -> None:
    st.table({setting(key): str(value) for key, value in pairs.items()}, border="horizontal")

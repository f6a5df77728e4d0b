"""Where a run is right and where it fails: the confusion matrix, and behind each cell its images."""

from math import isnan

import streamlit as st

from core.analysis.evaluate import Normalisation, confusion, most_confused, report
from core.analysis.predictions import Predictions
from core.figures.confusion import confusion_figure, framed_cell
from core.runs.records import Run
from core.words import count
from pages.results.gallery import ANY, READ, TRUE, choose, chosen, gallery
from pages.shared.answers import pick_set, predictions
from pages.shared.chart import chart
from pages.shared.services import plain_errors

BY: dict[str, Normalisation] = {"Counts": "counts", "Row %": "row", "Column %": "column"}
WORST = 6


def mistakes(run: Run) -> None:
    """Draw how an ended run answers its validation or test images; a click on the matrix shows a cell's."""
    st.fragment(_mistakes)(run)


def _mistakes(run: Run) -> None:
    with plain_errors(go_on=True):
        which = pick_set("on")
        answers = predictions(run, which)
        if answers is None:
            st.info("This run kept no predictions.")
            return
        left, right = st.columns([3, 2], gap="large")
        with left:
            _confusion(answers)
        with right:
            _report(answers)
        gallery(run, answers, which)


def _confusion(answers: Predictions) -> None:
    by = st.segmented_control("Show", list(BY), default="Counts", required=True)
    matrix = confusion(answers)
    figure = confusion_figure(matrix, BY[str(by)])
    framed_cell(figure, chosen(TRUE), chosen(READ))
    worst = most_confused(matrix, WORST)
    told = "; ".join(f"{true} read as {read}: {number}" for true, read, number in worst) or "no mistake"
    chart(figure, f"confusion.{by}", f"Confusion matrix; most often {told}", on_click=_show_cell)
    st.caption(
        "Rows are the true digits with the number of their images, columns what the network said. Blue: "
        "right. The stronger the orange, the more mistakes of that kind. **Click a cell**, or choose its "
        "digits below, to see its images; the most frequent mistakes are also here:"
    )
    with st.container(horizontal=True, gap="small"):
        for true, read, number in worst:
            st.button(
                f"{true} → {read} ({number})",
                key=f"confused.{true}.{read}",
                on_click=_show_cell,
                args=(str(read), str(true)),
                help=f"{count(number, 'image').capitalize()} of a {true}, read as {read}.",
            )
        if chosen(TRUE) is not None or chosen(READ) is not None:
            st.button("All", key="confused.all", icon=":material/undo:", on_click=_show_cell, args=(ANY, ANY))


def _show_cell(read: str, true: str) -> None:
    choose(TRUE, true)
    choose(READ, read)


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

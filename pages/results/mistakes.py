"""Where a run is right and where it fails: the confusion matrix, and behind each cell its images."""

from math import isnan

import numpy as np
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from core.analysis.evaluate import Normalisation, confusion, most_confused, report
from core.analysis.predictions import Predictions, Which
from core.figures.confusion import framed_confusion
from core.runs.records import Run
from core.words import count
from pages.results.gallery import ANY, READ, TRUE, choose, chosen, gallery
from pages.shared.answers import pick_set, predictions
from pages.shared.chart import chart
from pages.shared.drawn import drawn
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
        matrix, table = _counted(run.id, run.ended_at, which, answers)
        left, right = st.columns([3, 2], gap="large")
        with left:
            _confusion(matrix)
        with right:
            _report(table)
        gallery(run, answers, which)


@st.cache_resource(max_entries=64, show_spinner=False)
def _counted(
    run_id: str, ended_at: float | None, which: Which, _answers: Predictions
) -> tuple[NDArray[np.int64], pa.Table]:
    """Count once for all visitors; return the confusion matrix and the report, which nobody changes."""
    table = report(_answers)
    shares = table[["precision", "recall", "f1-score"]].map(
        lambda value: "" if isnan(value) else f"{value:.4f}"
    )
    told = shares.assign(support=table["support"].map("{:,}".format))
    return confusion(_answers), pa.Table.from_pandas(told)


def _confusion(matrix: NDArray[np.int64]) -> None:
    by = st.segmented_control("Show", list(BY), default="Counts", required=True)
    figure = drawn(framed_confusion, matrix, BY[str(by)], chosen(TRUE), chosen(READ))
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


def _report(table: pa.Table) -> None:
    st.markdown("**Classification report**")
    st.table(table, border="horizontal")
    st.caption(
        "Precision: how often a predicted digit is right. Recall: how many of a digit's images are found. "
        "F1: their harmonic mean."
    )

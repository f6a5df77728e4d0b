"""How far a run's probabilities can be believed."""

import pandas as pd
import streamlit as st

from core.analysis.calibration import Calibration, calibration
from core.analysis.intervals import wilson
from core.figures.calibration import confidence_counts, reliability
from core.runs.records import Run
from pages.shared.answers import pick_set, predictions
from pages.shared.chart import chart


def confidence(run: Run) -> None:
    """Draw the calibration curve of a run on its validation or test images."""
    which = pick_set("on")
    answers = predictions(run, which)
    if answers is None:
        st.info("This run kept no predictions.")
        return
    found = calibration(answers)
    st.markdown(f"**Expected calibration error {found.error:.2%}**, largest of a bin {found.worst:.1%}")
    left, right = st.columns(2)
    with left:
        label = f"Accuracy against confidence; expected calibration error {found.error:.2%}; see the table"
        chart(reliability(found), "confidence.reliability", label)
    with right:
        chart(
            confidence_counts(found),
            "confidence.counts",
            "Right and wrong answers by confidence; see the table",
        )
    with st.expander("As a table"):
        st.dataframe(_table(found), hide_index=True, height="content")
    st.caption(
        f"The answers are sorted into {len(found.counts)} bins by the probability of the digit that was read "
        "(Guo et al. 2017). The error is the mean distance between how sure and how often right, over all "
        "images. **What to see:** below the dashed line the network is too sure of itself, above it too "
        "modest. Few images in a bin make its interval wide: with 99% accuracy nearly all answers lie at "
        "the right end."
    )


def _table(found: Calibration) -> pd.DataFrame:
    rows = []
    for at, count in enumerate(found.counts):
        if not count:
            continue
        low, high = wilson(found.accuracy[at], int(count))
        rows.append(
            {
                "confidence from": f"{found.edges[at]:.1%}",
                "to": f"{found.edges[at + 1]:.1%}",
                "images": f"{count:,}",
                "mean confidence": f"{found.confidence[at]:.1%}",
                "accuracy": f"{found.accuracy[at]:.1%} ({low:.1%} – {high:.1%})",
            }
        )
    return pd.DataFrame(rows)

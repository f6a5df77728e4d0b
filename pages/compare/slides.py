"""A comparison as slides: what is real, the curves, and which digits the better one reads better."""

import pandas as pd
import streamlit as st

from core.analysis.intervals import with_interval
from core.runs.records import Run
from pages.compare.comparison import Comparison, comparison, ticking
from pages.compare.flip_table import difference
from pages.compare.overlays import overlays
from pages.compare.pair import pick_pair
from pages.compare.verdicts import sentences
from pages.shared.present import Slides
from pages.shared.services import plain_errors
from pages.shared.words import escape


def compare_slides(runs: list[Run]) -> Slides:
    """Return the slides of a comparison of two or more runs."""
    with plain_errors():
        compared = comparison(runs)
    return {
        "Is it real?": lambda: ticking(_verdicts, compared),
        "Curves": lambda: overlays(compared),
        "Digits": lambda: _digits(compared),
    }


def _verdicts(compared: Comparison) -> None:
    st.subheader("Is it real?")
    rows = [_row(run, name) for run, name in zip(compared.runs, compared.names, strict=True)]
    st.table(pd.DataFrame(rows), border="horizontal", hide_index=True)
    sentences(compared, "validation")


def _row(run: Run, name: str) -> dict[str, str]:
    found = run.results
    return {
        "run": escape(name),
        "on the validation images": with_interval(found.val_accuracy, found.val_images) if found else "–",
        "parameters": f"{run.parameters:,}",
    }


def _digits(compared: Comparison) -> None:
    with st.container(horizontal=True):
        a, b, names = pick_pair(compared)
    answers = dict(zip(names, compared.answers("validation"), strict=True))
    first, second = answers[a], answers[b]
    if first is None or second is None:
        st.info("One of these runs kept no predictions: it has not ended, or ended before its first epoch.")
    else:
        difference(first, second, names[a], names[b])

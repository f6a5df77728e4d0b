"""Validation accuracy by epoch: what another number of epochs would have given."""

import numpy as np
import streamlit as st

from core.export.bundle import BundledRun
from core.figures.overlay import Curve, look_at, overlay
from core.model.experiments import EXPERIMENTS
from core.runs.records import History, Steps
from pages.presentation.runs import Runs, ids
from pages.shared.chart import chart
from pages.shared.drawn import Drawn, plain

NO_STEPS = Steps(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))


def curves(runs: Runs) -> None:
    """Draw the chosen experiments as means over seeds with the range between the lowest and the highest."""
    st.subheader("How the number of epochs decides")
    known = [name for name in runs if EXPERIMENTS[name].reported]
    chosen = st.pills(
        "Networks",
        list(runs),
        selection_mode="multi",
        default=known,
        format_func=lambda name: EXPERIMENTS[name].title,
        key="curves",
        wrap=True,
    )
    close = st.toggle("Only the range of the later epochs", value=True, key="presentation.close")
    shown = tuple(name for name in runs if name in chosen)
    if not shown:
        st.info("Choose at least one network above.", icon=":material/info:")
        return
    chart(
        _figure(ids(runs), shown, close, runs),
        "presentation.accuracy",
        "validation accuracy by epoch, mean over seeds",
    )
    st.caption("Solid: validation, the band from the lowest to the highest seed. Dotted: training.")


@st.cache_resource(max_entries=32, show_spinner=False)
def _figure(known: tuple[str, ...], shown: tuple[str, ...], close: bool, _runs: Runs) -> Drawn:
    looks = {name: look_at(place) for place, name in enumerate(_runs)}
    chosen = [
        Curve(name, EXPERIMENTS[name].title, looks[name], tuple(map(_history, _runs[name].runs)))
        for name in shown
    ]
    return plain(overlay(chosen, "accuracy", close_up=close))


def _history(run: BundledRun) -> History:
    return History(NO_STEPS, run.epochs)

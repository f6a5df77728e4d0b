"""A run as slides: its network, its curves and its mistakes, also while it trains."""

import streamlit as st

from core.errors import RunNotFoundError
from core.figures.curves import METRICS
from core.runs.records import History, Run
from core.words import percent
from pages.shared.chart import chart
from pages.shared.live_mistakes import latest_mistakes
from pages.shared.present import Slides
from pages.shared.run_curves import seen
from pages.shared.run_network import run_network
from pages.shared.services import plain_errors, store
from pages.shared.words import STAGES

TICK, HEIGHT = 1.0, 560
"""Seconds between two looks at a run that trains, and how high its curves are where the screen is."""


def run_slides(run: Run) -> Slides:
    """Return the slides that a run has from its first epoch on."""
    return {
        "The network": lambda: run_network(run),
        "Curves": lambda: curves_slide(run),
        "Mistakes": lambda: latest_mistakes(run, "Its mistakes are known after its first epoch."),
    }


def curves_slide(run: Run) -> None:
    """Draw how far a run is and its curves, once a second while it lives."""
    st.fragment(_curves, run_every=TICK if run.is_live else None)(run.id, run.is_live)


def _curves(run_id: str, live: bool) -> None:
    with plain_errors():
        try:
            run = store().get(run_id)
            now = seen(run)
        except RunNotFoundError:  # the page says so
            st.rerun()
    if live and not run.is_live:
        st.rerun()
    st.subheader(_stands(run, now.history))
    epochs = run.spec.epochs if live or not now.history.epochs else now.history.epochs[-1].epoch
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            figure = now.curve(metric, epochs, height=HEIGHT)
            chart(figure, f"slide.{metric}.{run.id}", f"{metric} by epoch")


def _stands(run: Run, history: History) -> str:
    """Return how far a run is and how well it does, in one line."""
    last = _now(run) if run.is_live else str(run.status)
    known = [run.results.val_accuracy] if run.results else [one.val_accuracy for one in history.epochs[-1:]]
    said = "".join(f": {percent(accuracy)} on the validation images" for accuracy in known)
    return f"{last[0].upper()}{last[1:]}{said}"


def _now(run: Run) -> str:
    """Return what a living run does now."""
    if run.waits:
        return "waiting for its turn"
    epoch = run.progress.epoch
    return f"epoch {epoch} of {run.spec.epochs}" if epoch else STAGES[run.progress.stage]

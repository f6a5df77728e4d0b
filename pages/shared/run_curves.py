"""The curves of a run and what they show, worked out once for all who watch it.

A class watches one run: whoever looks first works it out, the others are given the same until the run has
come further, so nobody may change what is returned.
"""

import streamlit as st

from core.analysis.signs.findings import Finding
from core.figures.curves import Metric, curves
from core.model.course import restarts
from core.runs.records import History, Run
from core.runs.store import MAX_POINTS
from pages.shared.chart import Plain, plain
from pages.shared.diagnosis import diagnosed
from pages.shared.services import store

MOST_KEPT = 64
"""States of runs, and curves of them, that are kept; a curve has some 50 kB."""
LIVE_POINTS = 500
"""Points that a curve of batches has at most while it is sent each second."""
State = tuple[str, float, float | None]
"""What changes whenever a run has come further, or has ended."""


def seen(run: Run) -> tuple[History, list[Finding]]:
    """Return the curves of a run and what they show.

    Raises:
        StoreError: the store cannot be read.
    """
    return _seen(run.id, _state(run), run)


def curve(
    run: Run,
    history: History,
    metric: Metric,
    epochs: int,
    log: bool,
    close_up: bool,
    mark: tuple[int, str] | None,
) -> Plain:
    """Return the figure of a run's loss or accuracy (`core.figures.curves`), for `chart`."""
    return _curve(run.id, _state(run), metric, epochs, log, close_up, mark, run, history)


def _state(run: Run) -> State:
    return str(run.status), run.heartbeat_at, run.ended_at


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _seen(run_id: str, state: State, _run: Run) -> tuple[History, list[Finding]]:
    history = store().history(run_id, LIVE_POINTS if _run.is_live else MAX_POINTS)
    return history, diagnosed(_run, history)


@st.cache_resource(max_entries=2 * MOST_KEPT, show_spinner=False)
def _curve(
    run_id: str,
    state: State,
    metric: Metric,
    epochs: int,
    log: bool,
    close_up: bool,
    mark: tuple[int, str] | None,
    _run: Run,
    _history: History,
) -> Plain:
    continued = restarts(_run.spec)
    figure = curves(
        _history, metric, _run.epoch_ends, epochs, log=log, close_up=close_up, mark=mark, continued=continued
    )
    return plain(figure)

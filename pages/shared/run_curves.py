"""The curves of a run and what they show, worked out once for all who watch it.

A class watches one run: whoever looks first works it out, the others are given the same until the run has
come further, so nobody may change what is returned. A worker writes four times a second, and viewers look
once: what was worked out is good for as long as a tick lasts.
"""

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.analysis.doctor import main_epoch
from core.analysis.signs.findings import Finding
from core.figures.curves import Metric, curve_parts
from core.model.course import restarts
from core.runs.records import History, Run
from core.runs.store import MAX_POINTS
from pages.shared.diagnosis import diagnosed
from pages.shared.drawn import Drawn, told
from pages.shared.services import store

MOST_KEPT = 64
"""States of runs that are kept, each with its curves; a curve has some 50 kB."""
LIVE_POINTS = 500
"""Points that a curve of batches has at most while it is sent each second."""
GOOD_FOR = 0.9
"""Seconds for which the curves of a living run are shown, though it has come further."""
State = tuple[tuple[str, int, bool], float, float | None]
"""What changes whenever a run has come further, or has ended; first what is shown at once."""


@dataclass
class Seen:
    """What a run has come to at a moment; nobody changes it.

    Attributes:
        drawn: its curves, by what was chosen of each.
    """

    run: Run
    history: History
    findings: list[Finding]
    drawn: dict[Hashable, Drawn] = field(default_factory=dict)

    def curve(
        self,
        metric: Metric,
        epochs: int,
        *,
        log: bool = False,
        close_up: bool = False,
        height: int | None = None,
    ) -> Drawn:
        """Return the figure of its loss or accuracy (`core.figures.curves`), for `chart`.

        Args:
            height: in pixels, if it is to be another than beside other things.
        """
        key = metric, epochs, log, close_up, height
        if key not in self.drawn:
            spec, mark = self.run.spec, main_epoch(self.findings)
            style: dict[str, Any] = {
                "log": log,
                "close_up": close_up,
                "continued": restarts(spec),
                "kept": spec.kept_epoch,
            }
            parts = curve_parts(self.history, metric, self.run.epoch_ends, epochs, mark=mark, **style)
            if height:
                parts["layout"]["height"] = height
            self.drawn[key] = told(parts)
        return self.drawn[key]


_lock = threading.Lock()
_shown: dict[str, tuple[float, State]] = {}
"""Run → which state of it is shown, since when."""


def seen(run: Run) -> Seen:
    """Return the curves of a run and what they show.

    Raises:
        StoreError: the store cannot be read.
    """
    return _seen(run.id, _state(run), run)


def _state(run: Run) -> State:
    """Return the state of a run, or the one before while that is good."""
    now, stands = time.monotonic(), (str(run.status), run.progress.epoch, run.progress.batch > 0)
    state = stands, run.heartbeat_at, run.ended_at
    if not run.is_live:
        return state
    with _lock:
        since, shown = _shown.get(run.id, (-GOOD_FOR, state))
        if shown[0] == stands and now - since < GOOD_FOR:
            return shown
        _shown[run.id] = now, state
        while len(_shown) > MOST_KEPT:
            del _shown[next(iter(_shown))]
    return state


@st.cache_resource(max_entries=MOST_KEPT, show_spinner=False)
def _seen(run_id: str, state: State, _run: Run) -> Seen:
    history = store().history(run_id, LIVE_POINTS if _run.is_live else MAX_POINTS)
    return Seen(_run, history, diagnosed(_run, history))

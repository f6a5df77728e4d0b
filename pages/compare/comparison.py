"""Several runs as the Compare page shows them: names told apart, a look for each, curves and answers."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.analysis.compared import SETTING
from core.analysis.predictions import Predictions, Which
from core.errors import RunNotFoundError
from core.figures.overlay import Look, looks
from core.runs.names import run_names
from core.runs.records import History, Run
from pages.shared.answers import predictions
from pages.shared.services import plain_errors, store
from pages.shared.viewers import live_part


@dataclass(frozen=True)
class Comparison:
    """The runs compared, in the order in which they were chosen.

    Attributes:
        names: unique, for tables and legends.
        looks: colour and symbol by run id.
        histories: the curves, by run id.
    """

    runs: tuple[Run, ...]
    names: tuple[str, ...]
    looks: dict[str, Look]
    histories: dict[str, History]

    def answers(self, which: Which) -> list[Predictions | None]:
        """Return the predictions of each run on its "validation" or "test" images."""
        return [predictions(run, which) for run in self.runs]


def comparison(runs: list[Run]) -> Comparison:
    histories = {run.id: _history(run) for run in runs}
    return Comparison(tuple(runs), tuple(run_names(runs, [SETTING])), looks(runs), histories)


def _history(run: Run) -> History:
    """Return a run's curves; those of an ended run are read once."""
    return store().history(run.id) if run.is_live else _ended(run.id, run.ended_at or 0.0)


@st.cache_resource(max_entries=256, show_spinner=False)
def _ended(run_id: str, ended_at: float) -> History:
    return store().history(run_id)


TICK = 2.0
"""Seconds between two looks at runs that still train."""


def ticking(draw: Callable[[Comparison], None], compared: Comparison) -> None:
    """Draw a part of the page, every other second anew while a run of it lives; then the page starts over."""
    ids = tuple(run.id for run in compared.runs)
    live = any(run.is_live for run in compared.runs)
    live_part(_tick, TICK if live else None)(draw, ids, live)


def _tick(draw: Callable[[Comparison], None], ids: tuple[str, ...], live: bool) -> None:
    """Draw a part of the page; when no run lives any more, or one was deleted meanwhile, start it over."""
    with plain_errors():
        try:
            compared = comparison([store().get(run_id) for run_id in ids])
        except RunNotFoundError:  # the page names it, and goes on without it
            st.rerun()
    if live and not any(run.is_live for run in compared.runs):
        st.rerun()
    draw(compared)

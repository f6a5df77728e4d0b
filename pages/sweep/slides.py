"""A sweep as slides, also while it goes on: its runs, its settings together, and each by itself."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.runs.records import Group
from core.sweeps.saved import definition
from core.sweeps.space import Parameter
from pages.shared.present import Slides
from pages.shared.services import plain_errors
from pages.sweep.charts import against, best, importances, lines, progress
from pages.sweep.seen import TICK, Seen, living, seen, state, with_score

SIDE_BY_SIDE, HEIGHT = 2, 480
"""So many settings stand on a slide, and how high a chart is where the screen is."""


def sweep_slides(group: Group) -> Slides:
    """Return the slides of a sweep: how it stands, what mattered, and the scores against each setting."""
    with plain_errors():
        sweep = definition(group)
    told: dict[str, Callable[[Seen], None]] = {"The runs": _runs, "The settings": _settings}
    for place in range(0, len(sweep.parameters), SIDE_BY_SIDE):
        pair = sweep.parameters[place : place + SIDE_BY_SIDE]
        told[", ".join(sweep.labels[one.path] for one in pair)] = partial(_pair, pair)
    return {name: partial(_moving, group, draw) for name, draw in told.items()}


def _moving(group: Group, draw: Callable[[Seen], None]) -> None:
    """Draw a slide, once a second while the sweep goes on."""
    goes_on = living(group)
    st.fragment(_slide, run_every=TICK if goes_on else None)(group.id, goes_on, draw)


def _slide(group_id: str, was_living: bool, draw: Callable[[Seen], None]) -> None:
    draw(seen(group_id, was_living))


def _runs(now: Seen) -> None:
    state(now)
    best(now)
    progress(now)


def _settings(now: Seen) -> None:
    _after_two(now, lambda now: lines(now, HEIGHT))
    importances(now)


def _pair(pair: tuple[Parameter, ...], now: Seen) -> None:
    _after_two(now, partial(against, parameters=pair, height=HEIGHT))


def _after_two(now: Seen, draw: Callable[[Seen], None]) -> None:
    """Draw what takes two runs, or say that it does."""
    if with_score(now.known) > 1:
        draw(now)
    else:
        st.info("Shown as soon as two runs have ended.", icon=":material/info:")

"""The runs that a visitor sees: all there are, with or without those that came along with the app."""

from collections.abc import Collection, Sequence

import streamlit as st

from core.export.bundle import showcase
from core.runs.records import Run
from pages.shared.membership import membership
from pages.shared.services import store
from pages.shared.visitor import visitor

SWITCH = "bundled.shown"


def known_runs(asked: Collection[str] = ()) -> list[Run]:
    """Return all runs that this visitor sees, as `known_of` has them.

    Raises:
        StoreError: the store cannot be read.
    """
    return known_of(store().runs(), asked)


def known_of(every: Sequence[Run], asked: Collection[str] = ()) -> list[Run]:
    """Return all runs, the newest first and those that came along last; without these where they are hidden.

    To a pupil of a class own runs come before others'.

    Args:
        every: all runs, the newest first.
        asked: ids that a link names; they are shown whether hidden or not.
    """
    shown = st.session_state.get(SWITCH, True)
    others = [run for run in every if not run.is_bundled]
    if membership():
        others.sort(key=lambda run: run.owner != visitor())
    bundled = [run for run in every if run.is_bundled and (shown or run.id in asked)]
    if not bundled:
        return others
    places = showcase()
    return others + sorted(bundled, key=lambda run: places.get(run.id, len(places)))


def bundled_switch() -> None:
    """Draw the switch that hides the runs that came along, on every page of this session."""
    st.toggle(
        "Runs that came along",
        value=True,
        key=SWITCH,
        persist_state="session",
        help="Trained before, for the page “The presentation”: to have something to look at and to compare "
        "with. They cannot be changed.",
    )

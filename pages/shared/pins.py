"""Keeping runs for good where the host lets them grow old, and saying when they go."""

import time
from collections.abc import Sequence

import streamlit as st

from core.host import host
from core.runs.keeping import DAY
from core.runs.records import Run
from core.words import count, so_many
from pages.shared.services import plain_errors, store
from pages.shared.visitor import is_own

SOON = 7.0
"""Days before its end in which a run is called to its owner's mind."""


def days_left(run: Run) -> float | None:
    """Return after how many days a run is deleted; None: never, or it has not ended."""
    days, since = host().limits.days, run.imported_at or run.ended_at
    if days is None or since is None or run.pinned or run.is_bundled:
        return None
    return max(0.0, days - (time.time() - since) / DAY)


def pin_button(chosen: Sequence[Run]) -> None:
    """Offer to pin runs, or to unpin them if all are; draw nothing where runs stay anyway."""
    if host().limits.days is None:
        return
    pinned = all(run.pinned for run in chosen)
    st.button(
        "Unpin" if pinned else "Pin",
        icon=":material/keep_off:" if pinned else ":material/keep:",
        help="A pinned run is not deleted when it has grown old.",
        on_click=_pin,
        args=([run.id for run in chosen], not pinned),
    )


def _pin(ids: list[str], pinned: bool) -> None:
    with plain_errors():
        store().pin(ids, pinned)


def say_what_goes(runs: Sequence[Run]) -> None:
    """Say how many of this visitor's runs are deleted soon."""
    if host().limits.days is None:
        return
    ends = ((run, days_left(run)) for run in runs)
    soon = [run for run, left in ends if left is not None and left < SOON and is_own(run)]
    if soon:
        what = count(len(soon), "run").capitalize() + (" of yours goes" if len(soon) == 1 else " of yours go")
        st.warning(
            f"{what} within {SOON:g} days, since runs are kept for "
            f"{so_many(host().limits.days, 'day')} here: pin or download what you want to keep.",
            icon=":material/auto_delete:",
        )

"""The table of times to an accuracy: imported once somebody wants to see it, as it needs much."""

import pandas as pd
import streamlit as st

from core.export.bundle import bundle
from core.export.pace import LEVELS, Pace, paces
from core.export.repeats import repeats
from pages.shared.services import plain_errors


def pace_table() -> None:
    """Draw how soon each network that comes with its runs gets how good."""
    with plain_errors():
        found = paces(repeats(bundle()))
    # Not `st.dataframe`, which cuts names where it is narrow: six of them then read alike.
    st.table(pd.DataFrame([_row(pace) for pace in found]), border="horizontal", hide_index=True)


def _row(pace: Pace) -> dict[str, str]:
    levels = {f"to {100 * level:g}%": _share(time) for level, time in zip(LEVELS, pace.times, strict=True)}
    return {
        "network": pace.experiment.title,
        "parameters": f"{pace.parameters:,}",
        **levels,
        "whole training": _share(pace.whole),
    }


def _share(time: float | None) -> str:
    return "never" if time is None else f"{100 * time:.1f}%"

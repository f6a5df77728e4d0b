"""Imported networks that do not give the predictions that came along: said wherever either is shown."""

from collections.abc import Sequence

import streamlit as st

from core.runs.names import run_names
from core.runs.records import Run
from pages.shared.words import escape


def doubts(runs: Sequence[Run]) -> None:
    """Draw a warning for each of the runs that there is a doubt about."""
    for run, title in zip(runs, run_names(runs), strict=True):
        if run.doubt:
            st.warning(f"{escape(title)}: {escape(run.doubt)}", icon=":material/help:")

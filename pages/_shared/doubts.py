"""Imported networks that do not give the predictions that came along: said wherever either is shown."""

from collections.abc import Sequence

import streamlit as st

from core.runs.records import Run
from pages._shared.run_picker import titles
from pages._shared.words import escape


def doubts(runs: Sequence[Run]) -> None:
    """Draw a warning for each of the runs that there is a doubt about."""
    for run, title in zip(runs, titles(runs), strict=True):
        if run.doubt:
            st.warning(f"{escape(title)}: {escape(run.doubt)}", icon=":material/help:")

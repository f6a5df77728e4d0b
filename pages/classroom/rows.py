"""Runs of a class as rows of a table, each with whether it counts or why it does not."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.classes.board import kept_off
from core.classes.records import Entry, SchoolClass
from core.runs.names import run_names

COLUMNS = {
    "accuracy": st.column_config.NumberColumn(format="%.2f%%", help="On the validation images."),
    "counts": st.column_config.TextColumn(width="large", help="For the board, or why it does not."),
}


def run_rows(school_class: SchoolClass, entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return one row a run."""
    names = run_names([entry.run for entry in entries])
    return [_row(school_class, entry, name) for entry, name in zip(entries, names, strict=True)]


def _row(school_class: SchoolClass, entry: Entry, name: str) -> dict[str, Any]:
    run = entry.run
    return {
        "run": name,
        "status": str(run.status),
        "accuracy": 100 * run.results.val_accuracy if run.results else None,
        "counts": " ".join(kept_off(school_class, entry)) or "yes",
    }

"""The visitor's kept drawings as a test set: what each network scores on it."""

import numpy as np
import pandas as pd
import streamlit as st

from core.analysis.intervals import with_interval
from core.data.prepare import normalise
from core.figures.sheet import sheet
from core.runs.names import run_names
from core.runs.records import Run
from core.words import count
from pages.draw.reading import answers
from pages.shared.chart import chart
from pages.shared.services import plain_errors, store
from pages.shared.table import grid
from pages.shared.visitor import visitor

REMOVED = "draw.removed"


def own_test(runs: list[Run]) -> None:
    """Draw the kept drawings, each network's accuracy on them, and a way to remove one."""
    st.subheader("Your own test set")
    with plain_errors(go_on=True):
        ids, kept = store().drawings(visitor())
        if not ids:
            st.caption("Keep drawings with their labels: a test set that no network has trained on.")
            return
        found = answers(runs, normalise(kept.images))
        rows = [
            _row(name, found[run.id], kept.labels)
            for run, name in zip(runs, run_names(runs), strict=True)
            if run.id in found
        ]
        grid(pd.DataFrame(rows), height="content")
        notes = [str(label) for label in kept.labels]
        title = count(len(ids), "kept drawing").capitalize()
        chart(
            sheet(kept.images, title, notes=notes),
            "draw.kept",
            f"{title}, with their labels {', '.join(notes)}",
        )
        st.caption("Few drawings mean a wide interval: ten tell little, a hundred tell apart 90% from 99%.")
        _remove(ids, notes)


def _row(name: str, answered: np.ndarray, labels: np.ndarray) -> dict[str, str]:
    wrong = np.flatnonzero(answered.argmax(axis=1) != labels)
    told = ", ".join(f"#{at + 1}: {labels[at]} read as {answered[at].argmax()}" for at in wrong[:8])
    return {
        "network": name,
        "accuracy on your drawings": with_interval(1 - len(wrong) / len(labels), len(labels)),
        "mistakes": told + (" …" if len(wrong) > 8 else ""),
    }


def _remove(ids: list[str], labels: list[str]) -> None:
    with st.popover("Remove drawings", icon=":material/delete:"):
        names = {drawing: f"#{at + 1}, a {labels[at]}" for at, drawing in enumerate(ids)}
        chosen = st.multiselect("Drawings", ids, format_func=names.__getitem__, key=REMOVED)
        st.button("Remove them", disabled=not chosen, on_click=_drop)


def _drop() -> None:
    """Remove the drawings chosen, and choose none: the numbers before the others change."""
    with plain_errors():
        for drawing in st.session_state[REMOVED]:
            store().remove_drawing(drawing, visitor())
    st.session_state[REMOVED] = []

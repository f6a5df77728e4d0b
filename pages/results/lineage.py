"""Which run this one continues, and which continue it."""

import streamlit as st

from core.errors import RunNotFoundError
from core.model.course import restarts
from core.runs.names import run_names
from core.runs.records import Run
from pages.shared.services import store
from pages.shared.words import escape


def lineage(run: Run) -> None:
    """Draw the ways to the run that this one continues and to those that continue it, where there are any."""
    if run.parent:
        after = restarts(run.spec)[-1]
        try:
            parent = store().get(run.parent)
        except RunNotFoundError:
            st.caption(f"Continues, after epoch {after}, a run that has been deleted.")
        else:
            _way(f"Continues {escape(parent.name)}, after epoch {after}", parent)
    elif told := restarts(run.spec):
        epochs = ", ".join(map(str, told))
        st.caption(
            f"Trained as a run that was continued after epoch {epochs}: there its schedule begins anew."
        )
    others = store().continuing(run.id)
    for name, other in zip(run_names(others), others, strict=True):
        _way(f"Continued in {escape(name)}", other)


def _way(label: str, run: Run) -> None:
    icon, key = ":material/more_time:", f"lineage.{run.id}"
    st.button(label, key, icon=icon, type="tertiary", on_click=_open, args=(run.id,))


def _open(run_id: str) -> None:
    st.query_params["run"] = run_id

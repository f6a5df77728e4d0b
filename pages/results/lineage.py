"""Which run this one continues, and which continue it."""

import streamlit as st

from core.errors import RunNotFoundError
from core.model.course import restarts
from core.runs.names import run_names
from core.runs.records import Run
from pages.shared.services import store
from pages.shared.words import escape


def lineage(run: Run) -> None:
    """Draw links to the run that this one continues and to those that continue it, where there are any."""
    if run.parent:
        after = restarts(run.spec)[-1]
        try:
            parent = store().get(run.parent)
        except RunNotFoundError:
            st.caption(f"Continues, after epoch {after}, a run that has been deleted.")
        else:
            _link(f"Continues {escape(parent.name)}, after epoch {after}", parent)
    elif told := restarts(run.spec):
        epochs = ", ".join(map(str, told))
        st.caption(
            f"Trained as a run that was continued after epoch {epochs}: there its schedule begins anew."
        )
    others = store().continuing(run.id)
    for name, other in zip(run_names(others), others, strict=True):
        _link(f"Continued in {escape(name)}", other)


def _link(label: str, run: Run) -> None:
    icon = ":material/more_time:"
    st.page_link("results/page.py", label=label, icon=icon, query_params={"run": run.id})

"""The way from a run to its comparison with the one that its owner trained before."""

import streamlit as st

from core.runs.records import Run
from pages.shared.services import plain_errors, store
from pages.shared.visitor import is_own


def compare_with_before(run: Run) -> None:
    """Draw a link that holds an ended run of this visitor's against their last one before it, if any."""
    if not (run.results and is_own(run)):
        return
    with plain_errors(go_on=True):
        if before := _before(run):
            st.page_link(
                "compare/page.py",
                label="Better than your run before, or luck?",
                icon=":material/compare_arrows:",
                query_params={"compare": f"{before.id},{run.id}"},
            )


def _before(run: Run) -> Run | None:
    earlier = (other for other in store().runs() if other.created_at < run.created_at)
    return next((other for other in earlier if other.results and is_own(other)), None)

"""More about how a run trains: what most runs leave alone."""

import streamlit as st

from core.model.specs import RunSpec
from pages.shared.draft import Draft
from pages.train.controls import field


def more_editor(draft: Draft) -> None:
    """Draw label smoothing."""
    with st.expander("More about the training"):
        field(draft, draft.values, RunSpec, "label_smoothing")

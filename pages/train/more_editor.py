"""More about how a run trains: what most runs leave alone."""

import streamlit as st

from core.model.kind import control
from core.model.specs import RunSpec, WeightAveraging
from pages.shared.draft import Draft
from pages.train.controls import field


def more_editor(draft: Draft) -> None:
    """Draw label smoothing, weight averaging and the epochs after which the batch doubles."""
    with st.expander("More about the training"):
        field(draft, draft.values, RunSpec, "label_smoothing")
        field(draft, draft.averaging, WeightAveraging, "momentum", "weight averaging")
        _doublings(draft)


def _doublings(draft: Draft) -> None:
    """Draw the epochs as a text such as "8, 12", which the spec reads."""
    name, told = "batch_doublings", control(RunSpec, "batch_doublings")
    if not isinstance(draft.values[name], str):
        draft.values[name] = ", ".join(map(str, draft.values[name]))
    key = draft.bind(draft.values, name)
    st.text_input(told.label, key=key, help=told.help, placeholder="never")

"""More about how a run trains: what most runs leave alone."""

import streamlit as st

from core.model.kind import control
from core.model.specs import Continuation, RunSpec, WeightAveraging
from core.processor import has_bfloat16
from pages.shared.draft import Draft
from pages.train.controls import field

OPEN = "train.more.training"
"""Where the session keeps whether it is open."""


def more_editor(draft: Draft) -> None:
    """Draw smoothing, averaging, the kept epoch, doublings, precision, where it was continued, once open."""
    more = st.expander("More about the training", key=OPEN, on_change="rerun")
    if more.open:
        with more:
            field(draft, draft.values, RunSpec, "label_smoothing")
            field(draft, draft.averaging, WeightAveraging, "momentum", "weight averaging")
            field(draft, draft.values, RunSpec, "kept_epoch")
            _doublings(draft)
            _precision(draft)
            _continued(draft)


def _doublings(draft: Draft) -> None:
    """Draw the epochs as a text such as "8, 12", which the spec reads."""
    name, told = "batch_doublings", control(RunSpec, "batch_doublings")
    if not isinstance(draft.values[name], str):
        draft.values[name] = ", ".join(map(str, draft.values[name]))
    key = draft.bind(draft.values, name)
    st.text_input(told.label, key=key, help=told.help, placeholder="never")


def _precision(draft: Draft) -> None:
    """Draw the precision where the processor has a choice, or the draft asks for what it has not."""
    if has_bfloat16() or draft.values["precision"] != "float32":
        field(draft, draft.values, RunSpec, "precision")


def _continued(draft: Draft) -> None:
    """Say where the run that this configuration comes from was continued, and offer to train in one go."""
    told = [Continuation.model_validate(value) for value in draft.values["continued"]]
    if told:
        epochs = ", ".join(str(value.after) for value in told)
        st.caption(
            f"From a run that was continued after epoch {epochs}: schedule and patience begin anew there."
        )

        def forget() -> None:
            draft.values["continued"] = ()

        st.button("Train in one go instead", key=f"{draft.version}.in one go", on_click=forget)

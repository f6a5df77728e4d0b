"""Everything of a run but its layers: optimizer, learning rate, epochs, data, augmentation."""

from collections.abc import Mapping

import streamlit as st

from core.model.kind import Kind, control, controls
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.model.specs import Data, EarlyStopping, RunSpec
from pages.shared.draft import Draft
from pages.train.controls import field


def optimizer_editor(draft: Draft) -> None:
    """Draw optimizer, its hyper-parameters and the learning-rate schedule."""
    _kind(draft, "optimizer", OPTIMIZERS)
    values = draft.values["optimizer"]
    field(draft, values, OPTIMIZERS[values["kind"]], "learning_rate", values["kind"])
    _kind(draft, "schedule", SCHEDULES)
    with st.expander("More settings of both"):
        _rest(draft, "optimizer", OPTIMIZERS)
        _rest(draft, "schedule", SCHEDULES)


def training_editor(draft: Draft) -> None:
    """Draw epochs, batch size, seed and early stopping."""
    left, right = st.columns(2)
    with left:
        field(draft, draft.values, RunSpec, "epochs")
        field(draft, draft.values, RunSpec, "seed")
    with right:
        field(draft, draft.values, RunSpec, "batch_size")
        field(draft, draft.stopping, EarlyStopping, "patience", "early stopping")


def data_editor(draft: Draft, pools: dict[str, str]) -> None:
    """Draw source, number of images, validation share and split seed; `pools` maps sources to names."""
    data = draft.values["data"]
    if len(pools) > 1:
        key = draft.bind(data, "source", "data")
        st.selectbox(control(Data, "source").label, list(pools), format_func=pools.__getitem__, key=key)
    left, right = st.columns(2)
    with left:
        field(draft, data, Data, "images")
        field(draft, data, Data, "split_seed")
    with right:
        field(draft, data, Data, "validation_share", "data")


def augmentation_editor(draft: Draft) -> None:
    """Draw rotation, zoom and shifts; all zero means off."""
    values = draft.values["augmentation"]
    for name, label, high, step, form, text in (
        ("rotation", "Rotation ± degrees", 180.0, 1.0, "%g°", "Largest turn either way."),
        ("zoom", "Zoom ±", 0.5, 0.01, "percent", "Largest change of size either way."),
        ("width_shift", "Shift left/right ±", 0.5, 0.01, "percent", "As a share of the width."),
        ("height_shift", "Shift up/down ±", 0.5, 0.01, "percent", "As a share of the height."),
    ):
        key = draft.bind(values, name, "augmentation")
        st.slider(label, 0.0, high, step=step, format=form, key=key, help=text)


def _kind(draft: Draft, part: str, classes: Mapping[str, type[Kind]]) -> None:
    """Draw the choice of a kind; another kind starts from its own defaults."""
    told = control(RunSpec, part)
    key = f"{draft.version}.{part}.kind"
    if key not in st.session_state:
        st.session_state[key] = draft.values[part]["kind"]

    def choose() -> None:
        draft.values[part] = classes[st.session_state[key]]().model_dump()

    st.selectbox(
        told.label,
        list(classes),
        format_func=lambda kind: classes[kind].title,
        key=key,
        on_change=choose,
        help=told.help,
    )


def _rest(draft: Draft, part: str, classes: Mapping[str, type[Kind]]) -> None:
    """Draw the hyper-parameters besides the learning rate."""
    values = draft.values[part]
    owner = classes[values["kind"]]
    for name in controls(owner):
        if name != "learning_rate":
            field(draft, values, owner, name, values["kind"])

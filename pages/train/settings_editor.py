"""Everything of a run but its layers: optimizer, learning rate, epochs, data, augmentation."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.errors import UserError
from core.model.augmentations import Augmentation
from core.model.kind import Kind, control, controls
from core.model.optimizers import OPTIMIZERS
from core.model.schedules import SCHEDULES
from core.model.specs import Data, EarlyStopping, RunSpec
from core.runs.pools import fitting, size
from pages.shared.draft import Draft
from pages.shared.services import store
from pages.shared.sliders import strength
from pages.train.controls import field
from pages.train.folds_editor import folds_editor
from pages.train.rate_finder import find_button, found_rate

OPEN = "train.more.settings"
"""Where the session keeps whether the rarer settings are open."""


def optimizer_editor(draft: Draft, spec: RunSpec | None) -> None:
    """Draw optimizer, its hyper-parameters and the learning-rate schedule.

    Args:
        spec: the draft's, or None where it cannot be trained.
    """
    _kind(draft, "optimizer", OPTIMIZERS)
    values = draft.values["optimizer"]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        field(draft, values, OPTIMIZERS[values["kind"]], "learning_rate", values["kind"])
        find_button(spec)
    found_rate(draft, spec)
    _kind(draft, "schedule", SCHEDULES)
    more = st.expander("More settings of both", key=OPEN, on_change="rerun")
    if more.open:
        with more:
            _rest(draft, "optimizer", OPTIMIZERS)
            _rest(draft, "schedule", SCHEDULES)


def training_editor(draft: Draft, seed: bool = True) -> None:
    """Draw epochs, batch size and early stopping, and the seed where it may be touched."""
    left, right = st.columns(2)
    with left:
        field(draft, draft.values, RunSpec, "epochs")
        if seed:
            seed_editor(draft)
    with right:
        field(draft, draft.values, RunSpec, "batch_size")
        field(draft, draft.stopping, EarlyStopping, "patience", "early stopping")


def seed_editor(draft: Draft) -> None:
    field(draft, draft.values, RunSpec, "seed")


def data_editor(draft: Draft, pools: dict[str, str]) -> None:
    """Draw source, number of images, validation share and split seed; `pools` maps sources to names."""
    data = draft.values["data"]
    if len(pools) > 1:
        key = draft.bind(data, "source", "data")
        st.selectbox(
            control(Data, "source").label,
            list(pools),
            format_func=pools.__getitem__,
            key=key,
            on_change=partial(_fit, draft),
        )
    left, right = st.columns(2)
    with left:
        field(draft, data, Data, "images")
        field(draft, data, Data, "split_seed")
    with right:
        field(draft, data, Data, "validation_share", "data")
        folds_editor(draft)


def _fit(draft: Draft) -> None:
    """Draw no more images than the source has that was just chosen."""
    draft.absorb()
    data = draft.values["data"]
    try:
        draft.put(data, "images", fitting(data["images"], size(store(), data["source"])))
    except UserError:  # the page itself says what is wrong
        return


def augmentation_editor(draft: Draft) -> None:
    """Draw a slider for every strength; all zero means off."""
    values = draft.values["augmentation"]
    with st.container(horizontal=True):
        for name, told in controls(Augmentation).items():
            if told.applies(values):
                strength(Augmentation, name, key=draft.bind(values, name, "augmentation"))


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

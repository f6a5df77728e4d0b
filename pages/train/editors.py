"""All that can be set of a run; in a class only what it leaves to its pupils."""

from collections.abc import Collection
from functools import partial

import streamlit as st

from core.classes.settings import SETTINGS
from core.model.specs import RunSpec
from core.words import listed
from pages.shared.draft import Draft
from pages.shared.looks import about_pool
from pages.shared.membership import Membership
from pages.shared.pools import draw_from, pool_uploader
from pages.train.layer_editor import layer_editor, layers_shown
from pages.train.more_editor import more_editor
from pages.train.picture import picture
from pages.train.settings_editor import (
    augmentation_editor,
    data_editor,
    optimizer_editor,
    seed_editor,
    training_editor,
)


def editors(
    draft: Draft,
    pools: dict[str, str],
    spec: RunSpec | None,
    lesson: Membership | None,
    *,
    pictured: bool,
) -> None:
    """Draw the editors of the draft.

    Args:
        pools: source → name.
        spec: the draft's, or None where it cannot be trained.
        lesson: the class that says which settings may be touched, if any.
        pictured: whether the network's picture is on the page already, with the run above.
    """
    touched: Collection[str] = lesson.school_class.task.settings if lesson else SETTINGS
    with st.container():  # as one, so that what stands below stays in its place when the picture goes
        if (source := draft.values["data"]["source"]) in pools:
            about_pool(source, partial(draw_from, draft))
        if not pictured:
            picture(draft, editable="layers" in touched)
    network, settings = st.columns([7, 4], gap="large")
    with network:
        st.subheader("Layers")
        if "layers" in touched:
            layer_editor(draft)
        else:
            layers_shown(draft)
    with settings:
        _learning(draft, spec, touched)
        _images(draft, pools, touched)
        if fixed := [group.title for name, group in SETTINGS.items() if name not in touched]:
            st.caption(f"Your class leaves as the preset has them: {listed(fixed)}.")


def _learning(draft: Draft, spec: RunSpec | None, touched: Collection[str]) -> None:
    if {"optimizer", "epochs", "seed", "more"} & set(touched):
        st.subheader("Learning")
    if "optimizer" in touched:
        optimizer_editor(draft, spec)
    if "epochs" in touched:
        training_editor(draft, seed="seed" in touched)
    elif "seed" in touched:
        seed_editor(draft)
    if "more" in touched:
        more_editor(draft)


def _images(draft: Draft, pools: dict[str, str], touched: Collection[str]) -> None:
    if "data" in touched:
        st.subheader("Data")
        data_editor(draft, pools)
        pool_uploader(draft.version, partial(draw_from, draft))
    if "augmentation" in touched:
        st.subheader("Augmentation")
        augmentation_editor(draft)

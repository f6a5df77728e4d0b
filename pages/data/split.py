"""The settings of a split, to play with: how many images, which share validates, which seed."""

import streamlit as st

from core.model.specs import Data

USUAL = 42_000


def split_settings(key: str, most: int) -> Data | None:
    """Draw them for a pool of `most` images and return them, or say that a single image has no split.

    Args:
        key: tells the widgets of one view from those of another.
    """
    if most < 2:
        st.info("A single image has no split: one is needed to train on, one to validate on.")
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        step = max(1, min(100, most // 10))
        images = st.number_input(
            "Images drawn", 2, most, min(USUAL, most), step, key=f"{key}.images", width=170
        )
        share = st.slider("Validation share", 0.01, 0.9, 0.1, 0.01, key=f"{key}.share", width=260)
        seed = st.number_input("Split seed", 0, 2**31 - 1, 0, key=f"{key}.seed", width=140)
    return Data(images=images, validation_share=share, split_seed=seed)

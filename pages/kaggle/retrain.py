"""The way on to a network that was trained on Kaggle's train.csv, and so not on the test's images."""

from functools import partial

import streamlit as st

from core.runs.pools import fitting
from core.runs.records import DatasetRecord, Run
from pages.shared.pools import notice, pool_at_hand, pool_uploader, train_on
from pages.shared.services import plain_errors
from pages.shared.spec_link import open_in_editor
from pages.shared.words import escape

SAME = "Train it on Kaggle’s train.csv"


def first_one() -> None:
    """Lead to the Train page, with the images of Kaggle's train.csv where they came in a zip."""
    pool = pool_at_hand()
    if pool is None:
        st.page_link("train/page.py", label="Train a network", icon=":material/play_circle:")
    elif st.button("Train a network on Kaggle’s train.csv", icon=":material/play_circle:", type="primary"):
        with plain_errors():
            train_on(pool[0].fingerprint)


def retrain(run: Run) -> None:
    """Open the Train page with the same network on Kaggle's train.csv, which is asked for if need be."""
    if (pool := pool_at_hand()) is not None:
        if st.button(SAME, icon=":material/play_circle:", type="primary", key="retrain"):
            _open(run, *pool)
        return
    with st.popover(SAME, icon=":material/play_circle:"):
        st.markdown(
            f"Bring **train.csv**, or the zip that holds it: **{escape(run.name)}** then opens on the Train "
            "page with these images."
        )
        pool_uploader("retrain", partial(_open, run))


def _open(run: Run, record: DatasetRecord, how: str) -> None:
    spec = run.spec.drawn_from(record.fingerprint, fitting(run.spec.data.images, record.images))
    open_in_editor(spec, run.preset, notice(record, how))

"""The way out for networks that were trained on the test's images: the same one, on Kaggle's train.csv."""

from functools import partial

import streamlit as st

from core.runs.pools import fitting
from core.runs.records import DatasetRecord, Run
from pages.shared.pools import notice, pool_uploader
from pages.shared.spec_link import open_in_editor
from pages.shared.words import escape


def retrain(run: Run) -> None:
    """Take Kaggle's train.csv, and open the Train page with a network that draws its images from it."""
    with st.popover("Train it on Kaggle’s train.csv", icon=":material/play_circle:"):
        st.markdown(
            f"Bring **train.csv**, or the zip that holds it: **{escape(run.name)}** then opens on the Train "
            "page with these images."
        )
        pool_uploader("retrain", partial(_open, run))


def _open(run: Run, record: DatasetRecord, how: str) -> None:
    spec = run.spec.drawn_from(record.fingerprint, fitting(run.spec.data.images, record.images))
    open_in_editor(spec, run.preset, notice(record, how))

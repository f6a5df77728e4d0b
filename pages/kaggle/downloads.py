"""The networks as code and models that need no dashboard, and the way to Kaggle's board."""

from collections.abc import Sequence

import streamlit as st

from core.runs.names import run_names
from core.runs.records import Run
from pages.shared.exports import code_exports
from pages.shared.services import plain_errors
from pages.shared.words import escape


def take_along(runs: Sequence[Run]) -> None:
    """Draw the links to code and models of each network."""
    st.subheader("Code and models")
    st.markdown(
        "A script or notebook that trains the very same network on Kaggle’s files: the same seeds, split, "
        "order of the batches, augmentation and schedule. The models expect "
        "`float32 (n, 28, 28, 1)`, grey values divided by 255, and say so themselves."
    )
    for run, title in zip(runs, run_names(runs), strict=True):
        with (
            plain_errors(go_on=True),
            st.container(horizontal=True, vertical_alignment="center", gap="small"),
        ):
            st.markdown(f"**{escape(title)}**", width="content")
            code_exports(run)


def how_to_submit() -> None:
    """Tell how a submission gets onto the board."""
    with st.expander("How to hand it in", icon=":material/help:"):
        st.markdown(
            "1. Join *Digit Recognizer* at kaggle.com, and there, under *Data*, *Download All*: one zip.\n"
            "2. Bring it once, here or on the Train page under *Data*: its **train.csv** is what to train "
            "on, since no image of the test is in it, and its **test.csv** is ready on this page.\n"
            "3. Train; then choose the networks above, make and download **submission.csv**.\n"
            "4. On the competition’s page: *Submit Prediction*, and upload the file.\n\n"
            "Or upload the notebook to Kaggle, add the competition’s data to it and run it there: it needs "
            "no internet and writes submission.csv itself."
        )

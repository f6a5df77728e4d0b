"""Figures from elsewhere, each with how it was chosen."""

import streamlit as st

from core.model.published import PUBLISHED
from core.words import percent
from pages.shared.table import row_grid


def elsewhere() -> None:
    """Draw the table of published figures."""
    st.subheader("What others report")
    rows = [
        {
            "who": one.source,
            "what": one.what,
            "test accuracy": percent(one.accuracy),
            "chosen by": one.chosen,
        }
        for one in PUBLISHED
    ]
    row_grid(rows, height="content")
    st.caption(
        "All of them trained on 60,000 images, we on 37,800. A figure that the test images chose, among "
        "epochs or networks, is too high for new images. Ours are the test accuracies of the epochs that the "
        "validation images chose."
    )

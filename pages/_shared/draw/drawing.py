"""A drawn digit: from the canvas through MNIST's steps to the networks, and into the own test set."""

import numpy as np
import streamlit as st

from core.data.drawing import Drawn, prepare_drawing
from core.errors import UserError
from core.figures.pixels import pixels
from core.runs.records import Run
from pages._shared.chart import chart
from pages._shared.draw.canvas import canvas
from pages._shared.draw.reading import read_one
from pages._shared.services import plain_errors, store
from pages._shared.visitor import visitor
from pages._shared.words import escape


@st.fragment
def drawing(runs: list[Run]) -> None:
    """Draw the canvas and what becomes of what is drawn on it."""
    version = int(st.session_state.get("draw.version", 0))
    left, right = st.columns([1, 2], gap="large")
    with left:
        ink = canvas("draw.canvas", version)
        crop, centre = _switches()
    if notice := st.session_state.pop("draw.notice", None):
        st.success(notice, icon=":material/check:")
    if ink is None:
        with right:
            st.info(
                "Draw one digit, large: the networks answer after each stroke.",
                icon=":material/draw:",
            )
        return
    with plain_errors(go_on=True):
        drawn = prepare_drawing(ink, crop=crop, centre=centre)
        with right:
            _steps(ink, drawn)
        _keep(drawn)
        read_one(runs, drawn.image)


def _switches() -> tuple[bool, bool]:
    crop = st.toggle("Crop and fit into 20×20", value=True, key="crop", bind="query-params")
    text = "MNIST's digits all lie like this. Switch it off and draw in a corner: what happens?"
    centre = st.toggle("Centre by mass in 28×28", value=True, key="centre", bind="query-params", help=text)
    return crop, centre


def _steps(ink: np.ndarray, drawn: Drawn) -> None:
    rows, columns = drawn.fitted.shape
    shown = (
        (ink, "1. As drawn", "The drawing"),
        (drawn.cropped, "2. Cropped to its ink", f"{drawn.cropped.shape[1]}×{drawn.cropped.shape[0]} pixels"),
        (drawn.fitted, f"3. Fitted: {columns}×{rows}", f"Reduced to {columns}×{rows} pixels, anti-aliased"),
        (drawn.image, "4. Placed in 28×28", "What the networks read: 28×28 pixels"),
    )
    for box, (image, title, label) in zip(st.columns(4), shown, strict=True):
        with box:
            chart(pixels(image, title, limits=(0, 1), height=220), f"draw.{title[0]}", label)
    st.caption(
        "MNIST's images were made in the same way: the digit fitted into 20×20 with its proportions kept, "
        "then its centre of mass put into the middle of 28×28. A network only knows digits that look like "
        "this."
    )


def _keep(drawn: Drawn) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.segmented_control("It is a", list(range(10)), key="draw.label")
        keep = st.button("Keep it", icon=":material/bookmark_add:", disabled=label is None, help=_KEEP_HELP)
    if keep and label is not None:
        grey = (drawn.image * 255).round().astype(np.uint8)
        try:
            store().keep_drawing(grey, int(label), visitor())
        except UserError as error:
            st.error(escape(str(error)), icon=":material/error:")
            return
        st.session_state["draw.version"] = int(st.session_state.get("draw.version", 0)) + 1
        st.session_state["draw.notice"] = f"Kept as a {label}: it is part of your own test set below."
        del st.session_state["draw.label"]
        st.rerun()


_KEEP_HELP = "Keeps the drawing in your own test set. Choose first which digit it is meant to be."

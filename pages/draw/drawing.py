"""A drawn digit: from the canvas through MNIST's steps to the networks, and into the own test set."""

import numpy as np
import streamlit as st

from core.data.canvas import SIDE
from core.data.drawing import Drawn, prepare_drawing
from core.data.prepare import grey_values
from core.figures.sprites import enlarged
from core.runs.records import Run
from pages.draw.reading import answers, cards, said
from pages.shared.canvas import canvas
from pages.shared.services import plain_errors, store
from pages.shared.visitor import visitor


@st.fragment
def drawing(runs: list[Run]) -> None:
    """Draw the canvas, what the networks read beside it, and below how it became 28×28."""
    version = int(st.session_state.get("draw.version", 0))
    left, right = st.columns([2, 3], gap="large")
    with left:
        ink = canvas("draw.canvas", version)
        verdict, keeping = st.container(), st.container()
    preparing = st.container()
    with preparing:
        crop, centre = _switches()
    if ink is None:
        with right:
            _invite()
        return
    with plain_errors(go_on=True):
        drawn = prepare_drawing(ink, crop=crop, centre=centre)
        with keeping:
            meant = _keep(drawn, version)
        with preparing:
            _steps(ink, drawn, crop=crop, centre=centre)
        found = answers(runs, drawn.image[None])
        with verdict:  # on a phone, the networks' cards lie far below the canvas
            st.markdown(said(runs, found))
        with right:
            cards(runs, drawn.image, found, meant)


def _invite() -> None:
    if notice := st.session_state.pop("draw.notice", None):
        st.success(notice, icon=":material/check:")
    st.info("Draw one digit, large: the networks answer here after each stroke.", icon=":material/draw:")


def _switches() -> tuple[bool, bool]:
    st.markdown("**From the drawing to 28×28**")
    with st.container(horizontal=True):
        crop = st.toggle("Crop and fit into 20×20", True, key="crop", bind="query-params")
        note = "MNIST's digits all lie like this. Switch both off and draw in a corner: what happens?"
        centre = st.toggle(
            "Centre by mass in 28×28", value=True, key="centre", bind="query-params", help=note
        )
    return crop, centre


def _steps(ink: np.ndarray, drawn: Drawn, *, crop: bool, centre: bool) -> None:
    size = f"{drawn.fitted.shape[1]}×{drawn.fitted.shape[0]}"
    placed = "Centred by mass" if centre else "Box in the middle" if crop else "Left in its place"
    shown = {
        "1. As drawn": ink,
        "2. Cropped" if crop else "2. Not cropped": drawn.cropped,
        f"3. Fitted: {size}": drawn.fitted,
        f"4. {placed}": drawn.image,
    }
    with st.container(horizontal=True):
        for title, image in shown.items():
            with st.container(width=SIDE):
                picture = enlarged(grey_values(image), SIDE // max(image.shape))
                st.image(picture, caption=title, alt="The drawing at this step")
    st.caption(
        "MNIST's images were made in the same way: the digit fitted into 20×20 with its proportions kept, "
        "then its centre of mass put into the middle of 28×28. A network only knows digits that look like "
        "this."
    )


def _keep(drawn: Drawn, version: int) -> int | None:
    """Draw the way into the own test set; return which digit is meant, where that is said."""
    # A key for each drawing, so that the next one has no label yet.
    label = st.segmented_control(
        "It is a", list(range(10)), key=f"draw.label.{version}", help=_MEANT_HELP, wrap=True
    )
    keep = st.button("Keep it", icon=":material/bookmark_add:", disabled=label is None, help=_KEEP_HELP)
    if keep and label is not None:
        store().keep_drawing(grey_values(drawn.image), int(label), visitor())
        st.session_state["draw.version"] = version + 1
        st.session_state["draw.notice"] = f"Kept as a {label}: it is part of your own test set below."
        st.rerun()
    return label


_MEANT_HELP = "Where a network reads another digit, it then also shows what it lacked for yours."
_KEEP_HELP = "Keeps the drawing in your own test set. Choose first which digit it is meant to be."

"""Digits from a photograph or scan: their ink, their boxes, and what the networks read."""

from typing import Any

import numpy as np
import streamlit as st

from core.data.drawing import prepare_drawing
from core.data.photo import find_digits, ink_of, read_photo
from core.figures.draw import boxed
from core.figures.sheet import sheet
from core.runs.records import Run
from core.words import count
from pages._shared.chart import chart
from pages._shared.draw.reading import read_many
from pages._shared.services import plain_errors

INVERTED = {"find out": None, "dark on light": False, "light on dark": True}
TYPES = ["png", "jpg", "jpeg", "webp", "bmp", "gif", "tif", "tiff"]


@st.fragment
def photo(runs: list[Run]) -> None:
    """Draw an uploader, a camera, and what is found and read in the picture."""
    taken = None
    if st.toggle("Use the camera", key="draw.camera"):
        taken = st.camera_input("Photograph digits on paper")
    file = taken or st.file_uploader("A photograph or scan with digits", type=TYPES, key="draw.photo")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        way = st.segmented_control(
            "Writing", list(INVERTED), default="find out", required=True, key="draw.inverted"
        )
        contrast = st.slider(
            "Contrast",
            0.3,
            3.0,
            1.0,
            0.1,
            key="draw.contrast",
            width=260,
            help="More: fainter strokes count as ink.",
        )
    if file is None:
        st.info(
            "Several digits may be on it, not touching each other. Shadows are evened out.",
            icon=":material/info:",
        )
        return
    with plain_errors(go_on=True):
        _read(runs, file, INVERTED[str(way)], contrast)


def _read(runs: list[Run], file: Any, inverted: bool | None, contrast: float) -> None:
    ink = ink_of(_brightness(file.getvalue(), file.name), inverted=inverted, contrast=contrast)
    boxes = find_digits(ink)
    images = np.stack([prepare_drawing(box.cut(ink)).image for box in boxes])
    told = f"{count(len(boxes), 'digit')} found, numbered line by line"
    chart(boxed(ink, boxes), "draw.boxes", told.capitalize())
    notes = [f"#{at + 1}" for at in range(len(boxes))]
    chart(
        sheet(images, "What the networks read", notes=notes, top=1), "draw.digits", f"{told}, each as 28×28"
    )
    read_many(runs, images)
    st.caption(f"{told.capitalize()}. Each is cropped, fitted and centred like a drawing.")


@st.cache_data(max_entries=8, show_spinner="Reading the picture …")
def _brightness(content: bytes, name: str) -> np.ndarray:
    return read_photo(content, name)

"""Digits from a photograph or scan: where they are, how networks see them, and what these read."""

from typing import get_args

import numpy as np
import streamlit as st

from core.data.photo import LEAST_CONTRAST, MOST_CONTRAST, UNSURE, Ink, Reading, Seen, look
from core.figures.draw import boxed
from core.figures.sheet import sheet
from core.host import host
from core.inference.photo import images_of
from core.runs.limits import check_upload
from core.runs.records import Run
from core.words import count
from pages.draw.reading import read_many
from pages.shared.chart import chart
from pages.shared.services import plain_errors

INKS: dict[Ink, str] = {"auto": "find out", "dark": "dark", "light": "light"}


@st.fragment
def photo(runs: list[Run]) -> None:
    """Draw an uploader, a camera, and what is found and read in the picture."""
    taken = None
    if st.toggle("Use the camera", key="draw.camera"):
        taken = st.camera_input("Photograph digits on paper")
    file = taken or st.file_uploader(
        "A photograph or scan with digits", key="draw.photo", max_upload_size=host().limits.upload_megabytes
    )
    ink, contrast = _settings()
    if file is None:
        st.info(
            "Write some digits, one beside the other, and photograph them: on plain, ruled or squared paper, "
            "on a board or a tablet, from a phone or a scanner.",
            icon=":material/info:",
        )
        return
    with plain_errors(go_on=True):
        check_upload(file.name, file.size)
        seen = _looked(file.getvalue(), file.name, ink, contrast)
        if len(seen.readings) > 1:
            st.info(UNSURE + " Say above which is right.", icon=":material/contrast:")
        for reading in seen.readings:
            _show(runs, seen.photo, reading, alone=len(seen.readings) == 1)


def _settings() -> tuple[Ink, float]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ink = st.segmented_control(
            "Ink is",
            list(get_args(Ink)),
            format_func=INKS.__getitem__,
            default="auto",
            required=True,
            key="draw.ink",
            help="Dark, as pen on paper, or light, as chalk on a board.",
        )
        contrast = st.slider(
            "Contrast",
            LEAST_CONTRAST,
            MOST_CONTRAST,
            1.0,
            0.1,
            key="draw.contrast",
            width=260,
            help="More: fainter strokes count as ink.",
        )
    return ink, contrast


def _show(runs: list[Run], picture: np.ndarray, reading: Reading, *, alone: bool) -> None:
    found = f"{count(len(reading.digits), 'digit')} found"
    title = found.capitalize() if alone else f"If the ink is {reading.ink}: {found}"
    told = f"{title}, numbered line by line"
    chart(boxed(picture, reading.digits, title), f"draw.boxes.{reading.ink}", told)
    images = images_of(reading.digits)
    notes = [f"#{at + 1}" for at in range(len(images))]
    figure = sheet(images, "As the networks see them", across=8, notes=notes, top=1)
    chart(figure, f"draw.digits.{reading.ink}", f"{told}, each as 28×28")
    read_many(runs, images)
    st.caption(f"{told}. Each is cropped, fitted and centred like a drawing.")


@st.cache_data(max_entries=8, show_spinner="Looking for the digits …")
def _looked(content: bytes, name: str, ink: Ink, contrast: float) -> Seen:
    return look(content, name, ink, contrast)

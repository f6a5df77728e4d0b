"""One digit under random rotation, zoom and shift, as the sliders move."""

import numpy as np
import streamlit as st

from core.data.dataset import Dataset
from core.data.preview import EXTREMES, drawn, extremes
from core.errors import SpecError
from core.figures.sheet import sheet
from core.model.link import to_link
from core.model.presets import PRESETS
from core.model.specs import Augmentation, RunSpec
from pages.shared.chart import chart
from pages.shared.draft import current_draft

COUNT = 32
PRESENTED = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
"""The presentation's values."""
_KEYS = {"rotation": "rotation", "zoom": "zoom", "width_shift": "across", "height_shift": "along"}


def augmentation_preview(pool: Dataset, source: str) -> None:
    """Draw a digit of the pool under the chosen augmentation, and the way to the Train page."""
    st.subheader("Augmentation")
    st.markdown(
        "People write larger and smaller, leaning and off the centre. **Augmentation** changes every "
        "training image a little at random, anew in every epoch: the network never sees the same image "
        "twice, which makes it harder to learn by heart. Validation images stay as they are."
    )
    st.fragment(_preview)(pool, source)


def _preview(pool: Dataset, source: str) -> None:
    image, label = _image(pool)
    settings = _settings()
    seed = int(st.session_state.get("augmentation.seed", 0))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Draw afresh", icon=":material/casino:"):
            seed += 1
            st.session_state["augmentation.seed"] = seed
        st.page_link(
            "train/page.py",
            label="Use these on the Train page",
            icon=":material/play_circle:",
            query_params={"spec": to_link(_with(settings, pool, source))},
        )
    told = f"rotation ±{settings.rotation:g}°, zoom ±{settings.zoom:.0%}"
    chart(
        sheet(drawn(image, settings, COUNT, seed), f"What the network would see of this {label}", top=1),
        "augmentation.drawn",
        f"{COUNT} random changes of one image of a {label}: {told}",
    )
    chart(
        sheet(extremes(image, settings), "The furthest they go", across=8, notes=EXTREMES, top=1),
        "augmentation.extremes",
        f"The same {label} at the end of each setting: {', '.join(EXTREMES)}",
    )
    st.caption(
        "The draws stay the same while you move a slider, so that you see what it does. **What to see:** is "
        "it still the same digit? Far turned, a 6 reads as a 9 and a 7 as a 1; moved too far, ink leaves "
        f"the image. The presentation used {PRESENTED.rotation:g}° and {PRESENTED.zoom:.0%} each."
    )


def _image(pool: Dataset) -> tuple[np.ndarray, int]:
    """Draw the choice of an image; return it, uint8 (28, 28), and its label."""
    present = np.unique(pool.labels).tolist()
    chosen = st.segmented_control(
        "Digit", present, default=present[-1], required=True, key="augmentation.digit"
    )
    digit = int(chosen if chosen is not None else present[-1])
    places = np.flatnonzero(pool.labels == digit)[:50]
    which = st.number_input("Example", 1, len(places), key=f"augmentation.{digit}", width=130)
    return pool.images[places[int(which) - 1]], digit


def _settings() -> Augmentation:
    boxes = st.columns(4)
    values = {
        "rotation": boxes[0].slider(
            "Rotation ±",
            0.0,
            180.0,
            PRESENTED.rotation,
            1.0,
            format="%.0f°",
            key=_KEYS["rotation"],
            bind="query-params",
        )
    }
    for box, field, label in (
        (boxes[1], "zoom", "Zoom ±"),
        (boxes[2], "width_shift", "Shift left/right ±"),
        (boxes[3], "height_shift", "Shift up/down ±"),
    ):
        values[field] = box.slider(
            label, 0.0, 0.5, 0.1, 0.01, format="percent", key=_KEYS[field], bind="query-params"
        )
    return Augmentation(**values)


def _with(settings: Augmentation, pool: Dataset, source: str) -> RunSpec:
    """Return the configuration under edit, or else the quick start, with these settings and images.

    Where the pool holds fewer images than the configuration draws, all of them are drawn.
    """
    try:
        spec = current_draft().spec()
    except SpecError:
        spec = PRESETS["quick-start"].spec
    images = min(spec.data.images, max(2, len(pool.images)))
    data = spec.data.model_copy(update={"source": source, "images": images})
    return spec.model_copy(update={"augmentation": settings, "data": data})

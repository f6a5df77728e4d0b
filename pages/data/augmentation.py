"""One digit changed at random, as the sliders move."""

import numpy as np
import streamlit as st

from core.data.dataset import Dataset
from core.data.preview import drawn, extremes
from core.errors import SpecError
from core.figures.sheet import sheet
from core.model.augmentations import Augmentation
from core.model.kind import matters
from core.model.link import to_link
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.words import listed
from pages.shared.chart import chart
from pages.shared.draft import current_draft
from pages.shared.sliders import strength

COUNT = 32
PRESENTED = Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1)
"""The presentation's values."""
_KEYS = {"width_shift": "across", "height_shift": "along"}
"""What some are called in the address."""


def augmentation_preview(pool: Dataset, source: str) -> None:
    """Draw a digit of the pool under the chosen augmentation, and the way to the Train page."""
    st.subheader("Augmentation")
    st.markdown(
        "People write larger and smaller, leaning and off the centre, with broad pens and unsteady hands. "
        "**Augmentation** changes every training image a little at random, anew in every epoch: the "
        "network never sees the same image twice, which makes it harder to learn by heart. Validation "
        "images stay as they are."
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
    on = [effect.title.lower() for effect in settings.effects() if effect.acts(settings)]
    chart(
        sheet(drawn(image, settings, COUNT, seed), f"What the network would see of this {label}", top=1),
        "augmentation.drawn",
        f"{COUNT} random changes of one image of a {label}: {listed(on) or 'none'}",
    )
    if ends := extremes(image, settings):
        chart(
            sheet(np.stack(list(ends.values())), "The furthest they go", across=8, notes=list(ends), top=1),
            "augmentation.extremes",
            f"The same {label} at both ends of settings: {', '.join(ends)}",
        )
    st.caption(
        "The draws stay the same while you move a slider, so that you see what it does. **What to see:** is "
        "it still the same digit? Far turned, a 6 reads as a 9 and a 7 as a 1; moved too far, ink leaves "
        "the image; bent or covered too much, nobody can read it. The presentation used "
        f"{PRESENTED.rotation:g}° and {PRESENTED.zoom:.0%} each, and none of the others."
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
    """Draw a slider for every strength; what another one at 0 makes meaningless is left out."""
    settings = PRESENTED
    with st.container(horizontal=True):
        for name in Augmentation.model_fields:
            if matters(settings, name):
                value = strength(
                    Augmentation,
                    name,
                    value=getattr(PRESENTED, name),
                    key=_KEYS.get(name, name),
                    bind="query-params",
                )
                settings = settings.model_copy(update={name: value})
    return settings


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

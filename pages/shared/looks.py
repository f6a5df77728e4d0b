"""What an uploaded data set is good for, and whether it looks like MNIST: shown, and mended by a click."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.enough import enough
from core.data import mnist
from core.data.looks import Looks, look
from core.data.mending import Images
from core.figures.sheet import sheet
from core.runs.pools import MNIST, load_pool
from pages.shared.chart import chart
from pages.shared.pools import Choose, keep_pool
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

ACROSS = 10
LEFT = "looks.left"
"""Which sets this visitor has chosen to leave as they are."""
Labels = NDArray[np.uint8]


def about_pool(source: str, choose: Choose) -> None:
    """Draw what is to be said of a pool, and hand the mended one to `choose`; nothing of the bundled one."""
    if source == MNIST:
        return
    with plain_errors(go_on=True):
        sentences, looks = _known(source)
        if sentences:
            st.info(escape(" ".join(sentences)), icon=":material/info:")
        if not looks.mending:
            return
        pool = load_pool(store(), source)
        if offer_mending(looks, pool.images, pool.labels, source):
            with st.spinner("Mending the images …"):
                choose(keep_pool(looks.mended(pool)), "")


@st.cache_data(max_entries=100, show_spinner="Comparing with MNIST …")
def _known(source: str) -> tuple[list[str], Looks]:
    pool = load_pool(store(), source)
    return enough(np.bincount(pool.labels, minlength=10)), look(pool.images, pool.labels)


def offer_mending(looks: Looks, images: Images, labels: Labels | None, key: str, note: str = "") -> bool:
    """Draw what images seem to be, with pictures, and return whether they are to be mended now.

    Args:
        key: tells one set of images from another.
        note: what else to think of before.
    """
    left: set[str] = st.session_state.setdefault(LEFT, set())
    if key in left:
        return False
    st.warning(escape(f"{looks.sentence}{note}"), icon=":material/screen_rotation:")
    _rows(looks, images, labels, key)
    with st.container(horizontal=True):
        label = f"Mend: {looks.mending.done}"
        asked = st.button(label, type="primary", icon=":material/healing:", key=f"mend.{key}")
        st.button("Leave as it is", key=f"leave.{key}", on_click=left.add, args=(key,))
    return asked


def _rows(looks: Looks, images: Images, labels: Labels | None, key: str) -> None:
    """Draw one image of each digit as it is, MNIST's of the same digits, and theirs once mended."""
    places = _examples(labels) if labels is not None else np.arange(min(ACROSS, len(images)))
    known = mnist.training()
    shown = labels[places] if labels is not None else np.arange(ACROSS)
    same = known.images[_examples(known.labels)[shown]]
    mending = looks.mending.mended(images[places])
    for title, row in (("As they are", images[places]), ("MNIST's", same), ("Mended", mending)):
        told = f"{title}: {len(row)} images"
        chart(sheet(row, title, across=ACROSS, width=520), f"looks.{title}.{key}", told)


def _examples(labels: Labels) -> NDArray[np.int64]:
    """Return the place of the first image of each digit that occurs, by digit."""
    return np.unique(labels, return_index=True)[1]

"""How the gradient fades on its way back through many layers."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.concepts.network import Init
from core.concepts.vanishing import IMAGES, MOST_LAYERS, UNITS, gradient_norms, shrinkage
from core.figures.concepts.activations import gradient_lines
from core.model.layers import Activation
from pages.ideas.activations.functions import FIRST, KINDS, named
from pages.shared.chart import chart
from pages.shared.drawn import drawn

WEIGHTS: dict[str, Init] = {
    "He (for ReLU)": "he",
    "Glorot (Keras' default)": "glorot",
    "small (σ = 0.01)": "small",
    "large (σ = 1)": "large",
}


@st.fragment
def vanishing() -> None:
    """Draw the gradient of every layer of random networks that were shown real digits."""
    st.subheader("Vanishing gradient")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layers = st.slider("Hidden layers", 2, MOST_LAYERS, 10, key="layers", bind="query-params", width=300)
        weights = st.selectbox("Random weights", list(WEIGHTS), index=1, key="activations.weights", width=240)
    kinds = st.pills(
        "Compare",
        KINDS,
        selection_mode="multi",
        default=FIRST[:3],
        format_func=named,
        key="activations.fading",
    )
    norms = {kind: _norms(kind, layers, WEIGHTS[weights]) for kind in kinds}
    told = "; ".join(f"{named(kind)} {_share(shrinkage(values))}" for kind, values in norms.items())
    told = f"The first layer's gradient as a share of the last hidden one's: {told}." if told else ""
    chart(drawn(gradient_lines, norms), "activations.vanishing", told or "Choose an activation")
    st.caption(
        f"Measured on a random network of {layers} layers with {UNITS} units each, shown {IMAGES} real "
        f"digits. {told} **What to see:** sigmoid multiplies the gradient by at most 0.25 at every layer: "
        "the first layers, which see the image, hardly learn. ReLU passes it on whole where a unit is on. "
        "Weights decide too, because the gradient is multiplied by them as well: large ones make up for "
        "sigmoid's small slope, and let ReLU's gradient grow beyond all bounds."
    )


@st.cache_data(show_spinner=False, max_entries=200)
def _norms(kind: Activation, layers: int, weights: Init) -> NDArray[np.float64]:
    return gradient_norms(kind, layers, weights, seed=0)


def _share(times: float) -> str:
    """Return 1 / times in words, short where it is tiny; nothing is left where `times` is infinite."""
    share = 1 / times if times else float("inf")
    return f"{share:.2f}" if share >= 0.01 else f"1 / {times:,.0f}" if share else "0"

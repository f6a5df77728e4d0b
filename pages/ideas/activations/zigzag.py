"""Why inputs that are always positive make the weights zig-zag."""

import streamlit as st

from core.concepts.zigzag import inputs, walk
from core.figures.concepts.activations import COLORS, zigzag
from pages.ideas.activations.functions import named
from pages.shared.chart import chart
from pages.shared.drawn import drawn

KINDS = {"sigmoid": "Sigmoid: always positive", "tanh": "Tanh: zero-centred"}


@st.fragment
def zig_zag() -> None:
    """Draw the path of two weights whose inputs come from sigmoid and from tanh."""
    st.subheader("Not zero-centred: the zig-zag")
    st.markdown(
        "Sigmoid and ReLU give only positive numbers. A neuron that reads them changes, for one image, all "
        "its weights the same way: all up or all down. To raise one weight and lower another it must "
        "zig-zag."
    )
    with st.container(horizontal=True):
        steps = st.slider("Steps", 1, 100, 25, key="activations.steps", width=260)
        batch = st.slider("Images in a step", 1, 32, 1, key="activations.batch", width=260)
        rate = st.slider("Learning rate", 0.1, 2.0, 0.6, 0.1, key="activations.rate", width=260)
    told = []
    for box, (kind, title) in zip(st.columns(2), KINDS.items(), strict=True):
        path = walk(kind, rate, batch, steps)  # type: ignore[arg-type]
        told.append(f"{named(kind)}: {path.together:.0%} of the steps move both weights the same way")
        with box:
            label = f"{told[-1]}; loss at the end {path.loss:.3g}"
            figure = drawn(zigzag, path, inputs(kind), title, COLORS[kind])  # type: ignore[arg-type]
            chart(figure, f"activations.{kind}", label)
    st.caption(
        "A neuron with two weights learns from the same numbers, once through sigmoid, once through tanh. "
        f"{told[0]}; {told[1]}. **What to see:** with sigmoid every step of one image goes up-right or "
        "down-left, never straight to the star. Several images in a step soften it, and batch normalisation "
        "centres what comes next."
    )

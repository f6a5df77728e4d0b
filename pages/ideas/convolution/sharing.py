"""What it saves that all neurons of a map share one kernel, in numbers."""

import streamlit as st

from core.concepts.convolution import Cost, cost
from pages.shared.table import row_grid

_SIDE = 28


@st.fragment
def sharing() -> None:
    """Draw the weights of a layer: fully connected, locally connected, and with shared kernels."""
    st.subheader("One kernel for all places")
    st.markdown(
        "A neuron that is connected with the whole image has 28×28×1 weights; one that sees only a window "
        "has 5×5×1. And since an edge looks the same everywhere, all neurons of a map **share** these "
        "weights: each computes a gradient, and the sum of them all updates a single kernel."
    )
    with st.container(horizontal=True):
        size = st.slider("Side of the kernel", 1, 7, 5, key="convolution.side", width=260)
        filters = st.slider("Kernels (maps)", 1, 64, 32, key="convolution.filters", width=260)
    found = cost(_SIDE, 1, size, filters)
    row_grid(_rows(found, size), height="content")
    st.caption(
        f"**What to see:** {_SIDE}×{_SIDE}×{filters} neurons need only {found.shared:,} weights and "
        f"{found.biases} biases: {found.full // found.shared:,} times fewer than fully connected."
    )


def _rows(found: Cost, size: int) -> list[dict[str, str]]:
    window = f"{size}×{size}×1"
    rows = (
        ("fully connected", f"{_SIDE}×{_SIDE}×1 = {_SIDE * _SIDE}", found.full),
        ("only its window, own weights", f"{window} = {found.per_neuron}", found.local),
        ("convolution: window, shared weights", f"{window} = {found.per_neuron}, shared", found.shared),
    )
    return [
        {
            "connection": name,
            "weights of one neuron": one,
            "neurons": f"{found.neurons:,}",
            "weights of the layer": f"{layer:,}",
        }
        for name, one, layer in rows
    ]

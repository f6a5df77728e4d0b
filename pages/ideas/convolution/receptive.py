"""What a stack of layers sees: its receptive field, and its weights."""

from collections.abc import Sequence

import streamlit as st

from core.concepts.receptive import Window, field, paths, weights
from core.figures.concepts.convolution import reach
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.table import row_grid

_LAYERS = {
    "Conv2D 3×3": Window(3),
    "Conv2D 5×5": Window(5),
    "Conv2D 7×7": Window(7),
    "MaxPooling 2×2": Window(2, 2),
}
_CHANNELS = 32
_MOST = 6


@st.fragment
def receptive() -> None:
    """Draw the receptive fields of 5×5, of two 3×3, and of a stack of the visitor's choice."""
    st.subheader("What a stack of kernels sees")
    st.markdown(
        "One square of a map depends on the pixels of its **receptive field**. Two 3×3 convolutions, one "
        "after the other, see as far as one 5×5, with fewer weights and one more activation in between."
    )
    chosen = st.multiselect(
        "Your stack, from the image on",
        [f"{name} · {n}" for n in range(1, 4) for name in _LAYERS],
        default=["Conv2D 5×5 · 1", "MaxPooling 2×2 · 1", "Conv2D 3×3 · 1"],
        max_selections=_MOST,
        key="convolution.stack",
        help="Each layer can be used up to three times; the order is that of choosing.",
    )
    own = [name.split(" · ")[0] for name in chosen]
    stacks = {"one 5×5": ["Conv2D 5×5"], "two 3×3": ["Conv2D 3×3"] * 2, "your stack": own}
    for box, (name, layers) in zip(st.columns(3), stacks.items(), strict=True):
        with box:
            _draw(name, layers)
    row_grid([_row(*stack) for stack in stacks.items()], height="content")
    st.caption(
        f"Weights for {_CHANNELS} channels in and out of each convolution. The numbers in the squares tell "
        "in how many ways a pixel reaches the output. **What to see:** pixels in the middle of a stack's "
        "field count most; with 5×5 all count once. After pooling, each step of a kernel is two pixels "
        "wide."
    )


def _draw(name: str, layers: Sequence[str]) -> None:
    windows = [_LAYERS[layer] for layer in layers]
    side = field(windows)
    label = f"Receptive field of {name}: {side}×{side} pixels"
    chart(drawn(reach, paths(windows), f"{name}: {side}×{side}"), f"convolution.field.{name}", label)


def _row(name: str, layers: Sequence[str]) -> dict[str, str]:
    windows, learns = [_LAYERS[layer] for layer in layers], [layer.startswith("Conv") for layer in layers]
    side = field(windows)
    return {
        "stack": name,
        "layers": " → ".join(layers) or "none",
        "receptive field": f"{side}×{side}",
        "weights": f"{weights(windows, _CHANNELS, learns):,}",
        "activations": str(sum(learns)),
    }

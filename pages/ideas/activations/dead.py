"""ReLU units that die in a training with large steps, and leaky ReLU's, that do not."""

import streamlit as st

from core.concepts.dying import HIDDEN, RATES, STEPS, Death, dying
from core.figures.concepts.activations import COLORS, off_units
from core.figures.concepts.losses import Line, loss_lines
from core.model.layers import Activation
from pages.ideas.activations.functions import named
from pages.shared.chart import chart
from pages.shared.drawn import drawn

KINDS: tuple[Activation, ...] = ("relu", "leaky_relu")


@st.fragment
def dead() -> None:
    """Draw two live trainings: the share of units that are off for every image, and their losses."""
    st.subheader("Dying ReLU")
    st.markdown(
        "A ReLU unit whose weighted sum is negative for every image gives 0 always, gets no gradient and "
        "stays so: it is **dead**. One step that is too large can do it. Leaky ReLU keeps a small slope, so "
        "its units can come back."
    )
    rate = st.select_slider("Learning rate", RATES, 0.5, key="activations.dying", width=400)
    deaths = {kind: _dying(kind, rate) for kind in KINDS}
    told = "; ".join(f"{named(kind)}: {death.off[-1]:.0%} off" for kind, death in deaths.items())
    left, right = st.columns(2)
    with left:
        chart(
            drawn(off_units, deaths),
            "activations.dead",
            f"Units off for every image after {STEPS} steps. {told}",
        )
    with right:
        lines = [Line(named(kind), COLORS[kind], death.losses) for kind, death in deaths.items()]
        label = f"Losses of the two trainings at learning rate {rate:g}"
        chart(drawn(loss_lines, lines, STEPS), "activations.dead.loss", label)
    reads = "; ".join(f"{named(kind)} {_reads(death)}" for kind, death in deaths.items())
    st.caption(
        f"Two networks with {' and '.join(map(str, HIDDEN))} units, trained just now for {STEPS} steps on "
        f"2,000 digits. {told}. {reads}. **What to see:** at small rates hardly a unit dies; at large ones "
        "many, and then the training breaks down. The remedy is a smaller learning rate."
    )


def _reads(death: Death) -> str:
    diverged = len(death.losses) < STEPS
    return "diverged" if diverged else f"reads {death.accuracy:.0%} of other digits"


@st.cache_data(show_spinner=False, max_entries=32)
def _dying(kind: Activation, rate: float) -> Death:
    return dying(kind, rate, seed=0)

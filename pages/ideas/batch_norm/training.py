"""What a layer's activation receives while a network trains, with batch normalisation and without."""

from collections.abc import Callable
from typing import get_args

import numpy as np
import streamlit as st

from core.concepts.spread import BATCH, HIDDEN, STEPS, Spread, with_and_without
from core.figures.concepts.batch_norm import bands
from core.figures.concepts.losses import Line, loss_lines
from core.figures.style import TRAINING, VALIDATION
from core.model.layers import ACTIVATION_NAMES, Activation
from pages.shared.chart import chart
from pages.shared.drawn import drawn

RATES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
NAMES = ("with batch normalisation", "without")
_COLORS = (TRAINING, VALIDATION)


@st.fragment
def training(*parts: "Part") -> None:
    """Draw the choices for two live trainings, and of these `values`, `losses` or both."""
    st.subheader("The values of a layer while training" if values in parts else "Loss while training")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kinds: tuple[Activation, ...] = get_args(Activation)
        activation = st.selectbox(
            "Activation", kinds, format_func=ACTIVATION_NAMES.__getitem__, key="bn.activation", width=200
        )
        rate = st.select_slider("Learning rate", RATES, 0.3, key="bn.rate", width=260)
        layer = st.segmented_control(
            "Hidden layer",
            list(range(1, len(HIDDEN) + 1)),
            default=len(HIDDEN),
            required=True,
            key="bn.layer",
        )
    both = _trained(activation, rate)
    for draw in parts:
        draw(both, int(layer))


def values(both: "Both", layer: int) -> None:
    """Draw the values of a hidden layer, counted from 1, over the steps."""
    limits = _limits(both, layer - 1)
    for box, found, name, color in zip(st.columns(2), both, NAMES, _COLORS, strict=True):
        with box:
            label = f"What layer {layer} receives, {name}: median and quantiles over {STEPS} steps"
            figure = drawn(bands, found, layer - 1, name.capitalize(), color, limits)
            chart(figure, f"bn.{name}", label)


def losses(both: "Both", _layer: int) -> None:
    """Draw the losses of the two trainings."""
    lines = [Line(name, color, found.losses) for name, color, found in zip(NAMES, _COLORS, both, strict=True)]
    ends = "; ".join(f"{name} {_end(found)}" for name, found in zip(NAMES, both, strict=True))
    label = f"Losses of the two trainings; over the last 20 steps: {ends}"
    chart(drawn(loss_lines, lines, STEPS), "bn.losses", label)
    st.caption(
        f"Networks of {len(HIDDEN)} hidden layers with {HIDDEN[0]} units, trained just now from the same "
        f"weights on 2,000 digits in mini-batches of {BATCH}. Mean loss of the last 20 steps: {ends}. "
        "**What to see:** without it the values follow whatever the layers before do; with it they "
        "keep their middle and spread, where the activation has a slope. Deep sigmoid networks then learn. "
        "Try larger learning rates: which of the two still gets along with them?"
    )


def _end(found: Spread) -> str:
    """Return the mean loss of the last 20 steps in words."""
    last = found.losses[-20:]
    return f"{last.mean():.3f}" if np.isfinite(last).all() else "none, it diverged"


Both = tuple[Spread, Spread]
Part = Callable[[Both, int], None]


@st.cache_data(show_spinner="Training two small networks …", max_entries=64)
def _trained(activation: Activation, rate: float) -> tuple[Spread, Spread]:
    return with_and_without(activation, rate, seed=0)


def _limits(both: tuple[Spread, Spread], layer: int) -> tuple[float, float]:
    """Return the ends of a common axis: those of the inner 90% of both, without what diverged."""
    values = np.concatenate([found.quantiles[:, layer].ravel() for found in both])
    values = np.clip(values[np.isfinite(values)], -1e3, 1e3)
    low, high = (float(values.min()), float(values.max())) if len(values) else (-1.0, 1.0)
    room = 0.05 * (high - low) or 1.0
    return low - room, high + room

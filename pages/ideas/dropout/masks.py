"""Dropout drawn: one mask after the other on a small network, and the average of many on a real digit."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.concepts.dropout import MOST_MASKS, Mask, answers, drop, mask
from core.figures.concepts.dropout import convergence, graph, probabilities
from pages.shared.chart import chart
from pages.shared.lesson import beside, pick_digit

SIZES = {"input": 8, "hidden 1": 7, "hidden 2": 7, "output": 3}


@st.fragment
def masks(rate: float) -> None:
    """Draw a small network under one mask, and a button for the next."""
    st.subheader("A fresh mask each time")
    drawn = int(st.session_state.get("dropout.mask", 1))
    if st.button("Draw another mask", icon=":material/casino:"):
        drawn += 1
        st.session_state["dropout.mask"] = drawn
    layers = _layers(rate, drawn)
    hidden = layers[1:3]
    on, units = sum(int(kept.sum()) for kept in hidden), sum(len(kept) for kept in hidden)
    left, right = st.columns([3, 2])
    with left:
        label = f"Mask {drawn}: {on} of {units} hidden units kept, the others and their connections grey"
        chart(graph(layers, list(SIZES)), "dropout.graph", label)
    with right:
        st.markdown(f"**Mask {drawn}**, hidden 1")
        st.table(_table(layers[1], rate), border="horizontal", hide_index=True)
    st.caption(
        f"{on} of {units} hidden units are kept. **What to see:** each mask leaves another, thinner network; "
        f"{units} units allow {2**units:,} of them. All share the same weights."
    )


def _layers(rate: float, seed: int) -> list[Mask]:
    """Return what is kept of each layer: of the inputs and outputs all."""
    first, one, two, last = SIZES.values()
    whole = [np.ones(size, bool) for size in (first, last)]
    return [whole[0], mask(one, rate, 2 * seed), mask(two, rate, 2 * seed + 1), whole[1]]


def _table(kept: Mask, rate: float) -> pd.DataFrame:
    """Return the same activations before and after the mask."""
    before = np.linspace(0.2, 1.4, len(kept))
    columns = {"x": before, "m": kept.astype(int), "y = m·x / (1 − p)": drop(before, kept, rate)}
    return pd.DataFrame({name: [f"{value:.3g}" for value in values] for name, values in columns.items()})


@st.fragment
def average(rate: float) -> None:
    """Draw what thinned networks say of a digit of the visitor's choice, alone and averaged."""
    st.subheader("The average of many thinned networks")
    st.markdown(
        "A small network (64 hidden units, trained just now on 2,000 digits) reads the digit, each time "
        "with other units dropped."
    )
    knobs, figures = beside()
    with knobs:
        image = pick_digit("dropout", shown=True)[0] / 255
        count = st.slider("Networks averaged", 1, MOST_MASKS, 100, key="dropout.count", width=400)
    with figures:
        _averaged(image.astype(np.float32), rate, count)


def _averaged(image: NDArray[np.float32], rate: float, count: int) -> None:
    found = answers(image, rate, count, seed=0)
    bars = {
        "one thinned network": found.thinned[0],
        f"average of {count}": found.thinned.mean(axis=0),
        "the whole network": found.whole,
    }
    left, right = st.columns(2)
    with left:
        chart(probabilities(bars), "dropout.bars", _told(bars))
    with right:
        label = f"The average of {count} is {found.distance[-1]:.3f} from the whole network's answer"
        chart(convergence(found), "dropout.distance", label)
    st.caption(
        "Distance: half the sum of the differences of the ten probabilities; of the average it is "
        f"{found.distance[-1]:.3f}. **What to see:** single thinned networks scatter; their average settles "
        "near the whole network, though not exactly on it, since softmax is no straight line."
    )


def _told(bars: dict[str, NDArray[np.floating]]) -> str:
    parts = [f"{name}: {int(values.argmax())} with {values.max():.0%}" for name, values in bars.items()]
    return "Most probable digit of each. " + "; ".join(parts)

"""Dropout: random thinned networks while training, their average afterwards."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from core.concepts.overfitting import Variant
from pages.ideas.dropout.masks import average, masks
from pages.shared.lesson import experiment, formula, idea
from pages.shared.present import presented


def dropout() -> None:
    apart = {"A fresh mask each time": partial(_at_rate, masks), "The average": partial(_at_rate, average)}
    together = {"Masks and their average": partial(_at_rate, masks, average)}
    idea("Dropout", _intro, apart if presented() else together, _experiments)


def _intro() -> None:
    st.markdown(
        "While a network trains, dropout switches off some of its units at random, anew for every image and "
        "step. No unit can rely on another one being there, so the network learns in a distributed way and "
        "over-fits less. It is about the same as training very many networks and taking their average."
    )
    formula(
        r"y_i = \frac{m_i\, x_i}{1 - p}",
        r"m_i = \begin{cases} 0 & \text{with probability } p \\"
        r" 1 & \text{otherwise} \end{cases}",
        meaning="p: the rate; m: the mask, drawn anew each time. The kept values are scaled up, so that the "
        "sum stays the same on average. When the trained network is used, nothing is dropped: y = x.",
    )


def _at_rate(*parts: Callable[[float], None]) -> None:
    """Draw the slider of the rate and what follows from it."""
    rate = st.slider("Rate p", 0.0, 0.9, 0.5, 0.05, key="rate", bind="query-params", width=400)
    for draw in parts:
        draw(rate)


def _experiments() -> None:
    st.subheader("See it in a real network")
    left, right = st.columns(2)
    for box, with_it, label, watch in (
        (
            left,
            False,
            "Without dropout",
            "1,000 images: the training loss goes to zero, validation does not.",
        ),
        (right, True, "With dropout", "The same with dropout: the gap between the curves is smaller."),
    ):
        with box:
            experiment(Variant("2 × Conv2D", dropout=with_it, augmentation=False).spec, label, watch)
    st.page_link(
        "ideas/overfitting/page.py",
        label="All eight combinations on Overfitting",
        icon=":material/call_split:",
    )


if __name__ == "__main__":
    dropout()

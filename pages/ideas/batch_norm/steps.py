"""One unit's mini-batch through the four lines of batch normalisation."""

import numpy as np
import pandas as pd
import streamlit as st

from core.concepts.batch_norm import EPSILON, Normalised, batch_norm
from core.concepts.mini_batch import MOST, UNITS, every_sum, places
from core.concepts.sample import sample
from core.data.prepare import grey_values
from core.figures.concepts.batch_norm import before_after
from core.figures.sheet import sheet
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.present import presented


@st.fragment
def steps() -> None:
    """Draw a mini-batch of real digits, what one unit makes of it, and each step of its normalisation."""
    st.subheader("A real mini-batch, step by step")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = st.slider("Images in the mini-batch m", 2, MOST, 16, key="bn.m", width=240)
        unit = st.number_input("Unit of the layer", 1, UNITS, 1, key="bn.unit", width=140) - 1
        seed = st.number_input("Mini-batch number", 1, 1000, 1, key="bn.batch", width=140)
    left, right = st.columns(2)
    gamma = left.slider("Scale γ", -3.0, 3.0, 1.0, 0.1, key="bn.gamma")
    beta = right.slider("Shift β", -3.0, 3.0, 0.0, 0.1, key="bn.beta")
    chosen = places(size, seed)
    images, labels = sample()
    x = every_sum()[chosen, unit : unit + 1].astype(np.float64)
    found = batch_norm(x, np.array([gamma]), np.array([beta]))
    pictures = grey_values(images[chosen].reshape(-1, 28, 28))
    chart(drawn(sheet, pictures, "The mini-batch"), "bn.digits", f"The {size} digits of the mini-batch")
    _numbers(x, found, gamma, beta)
    rows = (x[:, 0], found.normalised[:, 0], found.output[:, 0])
    label = (
        f"The {size} values of the unit: x, normalised, and scaled and shifted; their numbers in the table"
    )
    chart(drawn(before_after, rows, labels[chosen]), "bn.steps", label)
    if not presented():
        with st.expander("Every value"):
            columns = {"digit": labels[chosen], "x": rows[0], "x̂": rows[1], "y": rows[2]}
            st.dataframe(pd.DataFrame(columns).round(4), hide_index=True)
    st.caption(
        "The unit has random weights; each dot is one image. **What to see:** whatever x looks like, x̂ has "
        f"mean 0 and variance 1 (a little less where σ² is small, for ε = {EPSILON:g}); γ and β then set any "
        "mean and spread the network wants, even the old ones (γ = σ, β = μ). In a small mini-batch μ "
        "and σ² depend much on chance."
    )


def _numbers(x: np.ndarray, found: Normalised, gamma: float, beta: float) -> None:
    y = found.output
    row = {
        "mean μ of x": x.mean(),
        "variance σ² of x": x.var(),
        "mean of x̂": found.normalised.mean(),
        "variance of x̂": found.normalised.var(),
        f"mean of y (β = {beta:g})": y.mean(),
        f"variance of y (γ² = {gamma * gamma:g})": y.var(),
    }
    shown = {name: f"{value:.4f}".replace("-0.0000", "0.0000") for name, value in row.items()}
    st.dataframe(pd.DataFrame([shown]), hide_index=True, height="content")

"""What stands for μ and σ² when a single image is read: their moving averages."""

import numpy as np
import streamlit as st

from core.concepts.batch_norm import Moving, batch_norm
from core.concepts.mini_batch import every_sum, places
from core.figures.concepts.batch_norm import moving_average
from pages.shared.chart import chart

BATCHES = 300


@st.fragment
def averages() -> None:
    """Draw a unit's μ and σ² over many mini-batches and their moving averages."""
    st.subheader("When there is no mini-batch: moving averages")
    st.markdown(
        "A trained network must read one image by itself. It uses averages of μ and σ² that it kept while "
        "training: after each mini-batch, *momentum* × old + (1 − *momentum*) × new."
    )
    with st.container(horizontal=True):
        momentum = st.slider("Momentum", 0.0, 0.999, 0.99, 0.001, format="%.3f", key="bn.momentum", width=260)
        size = st.slider("Images in each mini-batch", 2, 256, 32, key="bn.size", width=260)
    values = every_sum()[:, :1].astype(np.float64)
    means, variances, moved = _run(values, momentum, size)
    left, right = st.columns(2)
    with left:
        known = float(values.mean())
        label = (
            f"Moving mean: {moved[-1].mean[0]:.3f} after {BATCHES} mini-batches, {known:.3f} over all images"
        )
        averaged = np.array([one.mean[0] for one in moved])
        chart(moving_average(means, averaged, known, "mean"), "bn.mean", label)
    with right:
        known = float(values.var())
        averaged = np.array([one.variance[0] for one in moved])
        label = (
            f"Moving variance: {averaged[-1]:.3f} after {BATCHES} mini-batches, {known:.3f} over all images"
        )
        chart(moving_average(variances, averaged, known, "variance"), "bn.variance", label)
    st.caption(
        "**What to see:** with Keras' momentum of 0.99 the averages need some hundred mini-batches to "
        "forget their start at 0 and 1. Validation of the first epochs of a short training can be poor for "
        "that reason alone."
    )


def _run(values: np.ndarray, momentum: float, size: int) -> tuple[np.ndarray, np.ndarray, list[Moving]]:
    """Return μ and σ² of each mini-batch of one unit, and the averages before the first and after each."""
    one, zero = np.ones(1), np.zeros(1)
    batches = [batch_norm(values[places(size, seed)], one, zero) for seed in range(BATCHES)]
    moved = [Moving.start(1)]
    for batch in batches:
        moved.append(moved[-1].updated(batch, momentum))
    means = np.array([batch.mean[0] for batch in batches])
    return means, np.array([batch.variance[0] for batch in batches]), moved

"""What stands for μ and σ² when a single image is read: their moving averages."""

from functools import lru_cache

import numpy as np
import streamlit as st

from core.concepts.batch_norm import Moving, Normalised, batch_norm
from core.concepts.mini_batch import every_sum, places
from core.figures.concepts.batch_norm import moving_average
from pages.shared.chart import chart
from pages.shared.drawn import drawn

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
    values, batches = _unit(), _batches(size)
    moved = [Moving.start(1)]
    for batch in batches:
        moved.append(moved[-1].updated(batch, momentum))
    left, right = st.columns(2)
    with left:
        known = float(values.mean())
        label = (
            f"Moving mean: {moved[-1].mean[0]:.3f} after {BATCHES} mini-batches, {known:.3f} over all images"
        )
        means = np.array([batch.mean[0] for batch in batches])
        averaged = np.array([one.mean[0] for one in moved])
        chart(drawn(moving_average, means, averaged, known, "mean"), "bn.mean", label)
    with right:
        known = float(values.var())
        variances = np.array([batch.variance[0] for batch in batches])
        averaged = np.array([one.variance[0] for one in moved])
        label = (
            f"Moving variance: {averaged[-1]:.3f} after {BATCHES} mini-batches, {known:.3f} over all images"
        )
        chart(drawn(moving_average, variances, averaged, known, "variance"), "bn.variance", label)
    st.caption(
        "**What to see:** with Keras' momentum of 0.99 the averages need some hundred mini-batches to "
        "forget their start at 0 and 1. Validation of the first epochs of a short training can be poor for "
        "that reason alone."
    )


@lru_cache(maxsize=1)
def _unit() -> np.ndarray:
    """Return what one unit makes of all sample images, float64 (2000, 1)."""
    return every_sum()[:, :1].astype(np.float64)


@lru_cache(maxsize=4)
def _batches(size: int) -> list[Normalised]:
    """Return so many mini-batches of the unit's values, normalised; they do not hang on the momentum."""
    one, zero = np.ones(1), np.zeros(1)
    return [batch_norm(_unit()[places(size, seed)], one, zero) for seed in range(BATCHES)]

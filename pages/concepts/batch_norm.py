"""Batch normalisation: a mini-batch step by step, moving averages, and a layer's values while training."""

import streamlit as st

from core.model import layers as L
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from pages._shared.batch_norm.averages import averages
from pages._shared.batch_norm.steps import steps
from pages._shared.batch_norm.training import training
from pages._shared.lesson import experiment, formula

_QUICK = PRESETS["quick-start"].spec.model_copy(update={"epochs": 6})


def batch_norm() -> None:
    st.title("Batch normalisation")
    st.markdown(
        "While a network trains, each layer's inputs change their distribution, because the layers before "
        "it change: **internal covariance shift**. Batch normalisation brings the values of every "
        "mini-batch to mean 0 and variance 1, then lets the network choose its own scale γ and shift β."
    )
    formula(
        r"\mu = \frac{1}{m}\sum_i x_i",
        r"\sigma^2 = \frac{1}{m}\sum_i (x_i - \mu)^2",
        r"\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}}",
        r"y_i = \gamma\, \hat x_i + \beta",
        meaning="x₁ … xₘ: one unit's values over a mini-batch of m images; ε: a small number against "
        "division by zero; γ, β: learned, one pair for each unit (of a Conv2D: for each map).",
    )
    steps()
    averages()
    training()
    st.subheader("See it in a real network")
    for box, (kind, label) in zip(
        st.columns(2),
        (("none", "Without batch normalisation"), ("after", "With batch normalisation")),
        strict=True,
    ):
        with box:
            experiment(
                _with(kind), label, "A large learning rate, 0.01: which of the two gets along with it?"
            )
    st.caption("Then compare the two runs: one thing differs, and the Compare page says whether it is real.")


def _with(kind: L.BatchNorm) -> RunSpec:
    """Return the quick start at a large learning rate, its hidden layers with batch normalisation or not."""
    layers = tuple(
        layer.model_copy(update={"batch_norm": kind}) if isinstance(layer, L.Activated) else layer
        for layer in _QUICK.layers
    )
    faster = _QUICK.optimizer.model_copy(update={"learning_rate": 0.01})
    return _QUICK.model_copy(update={"layers": layers, "optimizer": faster})


if __name__ == "__main__":
    batch_norm()

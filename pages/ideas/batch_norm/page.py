"""Batch normalisation: a mini-batch step by step, moving averages, and a layer's values while training."""

from functools import partial

import streamlit as st

from core.model import layers as L
from core.model.recipes import LESSON
from core.model.specs import RunSpec
from pages.ideas.batch_norm.averages import averages
from pages.ideas.batch_norm.steps import steps
from pages.ideas.batch_norm.training import losses, training, values
from pages.shared.lesson import experiment, formula, idea
from pages.shared.present import Slides, presented

RATE = 0.1
"""Fifty times the lesson's own: measured with seed 0, 11% validation accuracy without, 98% with."""


def batch_norm() -> None:
    together: Slides = {"While training": partial(training, values, losses)}
    apart: Slides = {"While training": partial(training, values), "Loss": partial(training, losses)}
    parts = {"Step by step": steps, "Moving averages": averages, **(apart if presented() else together)}
    idea("Batch normalisation", _intro, parts, _experiments)


def _intro() -> None:
    st.markdown(
        "While a network trains, each layer's inputs change their distribution, because the layers before "
        "it change: **internal covariate shift**. A layer F₂ that reads F₁(x, θ₁) has to follow every change "
        "of θ₁. Batch normalisation brings the values of every "
        "mini-batch to mean 0 and variance 1, then lets the network choose its own scale γ and shift β."
    )
    formula(
        _step(r"\mu_{\mathcal B} \leftarrow \frac{1}{m}\sum_{i=1}^m x_i", "mini-batch mean"),
        _step(
            r"\sigma_{\mathcal B}^2 \leftarrow \frac{1}{m}\sum_{i=1}^m (x_i - \mu_{\mathcal B})^2",
            "mini-batch variance",
        ),
        _step(
            r"\hat x_i \leftarrow \frac{x_i - \mu_{\mathcal B}}{\sqrt{\sigma_{\mathcal B}^2 + \epsilon}}",
            "normalise",
        ),
        _step(
            r"y_i \leftarrow \gamma\, \hat x_i + \beta \equiv \text{BN}_{\gamma,\beta}(x_i)",
            "scale and shift",
        ),
        meaning="x₁ … xₘ: one unit's values over the mini-batch 𝓑 of m images; ε: a small number against "
        "division by zero; γ, β: learned, one pair for each unit (of a Conv2D: for each map).",
    )


def _experiments() -> None:
    st.subheader("See it in a real network")
    for box, (kind, label, watch) in zip(
        st.columns(2),
        (
            ("none", "Without batch normalisation", "the network only guesses, its loss stays near 2.30."),
            ("after", "With batch normalisation", "the same network learns all the same."),
        ),
        strict=True,
    ):
        with box:
            experiment(_with(kind), label, f"A large learning rate, {RATE:g}: {watch}")
    st.caption("Then compare the two runs: one thing differs, and the Compare page says whether it is real.")


def _step(latex: str, name: str) -> str:
    """Return a step of the algorithm with its name below it."""
    return rf"\underset{{\text{{{name}}}}}{{{latex}}}"


def _with(kind: L.BatchNorm) -> RunSpec:
    """Return the lesson's network at a large learning rate, with batch normalisation or not."""
    layers = tuple(
        layer.model_copy(update={"batch_norm": kind}) if isinstance(layer, L.Activated) else layer
        for layer in LESSON.layers
    )
    faster = LESSON.optimizer.model_copy(update={"learning_rate": RATE})
    return LESSON.model_copy(update={"layers": layers, "optimizer": faster})


if __name__ == "__main__":
    batch_norm()

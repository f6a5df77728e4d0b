"""Softmax and cross-entropy: ten scores become probabilities, and their gradient is p − y."""

import streamlit as st

from core.model.presets import PRESETS
from pages.ideas.softmax.scores import cancelling, loss_slide, play, probabilities_slide, stability
from pages.shared.lesson import experiment, formula, idea
from pages.shared.present import Slides, presented


def softmax() -> None:
    idea("Softmax and cross-entropy", _intro, _parts(), _experiment)


def _parts() -> Slides:
    """Return the parts of the page; as slides the first of them is three."""
    first: Slides = {"Ten scores": play}
    if presented():
        first = {
            "Ten scores": probabilities_slide,
            "Loss and gradient": loss_slide,
            "Why the derivative cancels": cancelling,
        }
    return {**first, "The largest score": stability}


def _intro() -> None:
    st.markdown(
        "The last layer gives each of the ten digits a score, its **logit**. **Softmax** turns them into "
        "probabilities: all positive, together 1. **Cross-entropy** is the loss: how surprised the network "
        "is by the true digit."
    )
    formula(
        r"p_i = \sigma(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"L = -\sum_i y_i \log p_i = -\log p_\text{true}",
        meaning="z: the logits; p: the probabilities; y: the label as a one-hot vector, 1 at the true digit; "
        "L: the loss, in Keras `categorical_crossentropy`.",
    )


def _experiment() -> None:
    st.subheader("See it in a real network")
    experiment(
        PRESETS["quick-start"].spec.model_copy(update={"epochs": 3}),
        "Watch the loss of a real network fall",
        "An untrained network gives each digit about 10%: its loss starts near −log 0.1 = 2.30.",
    )


if __name__ == "__main__":
    softmax()

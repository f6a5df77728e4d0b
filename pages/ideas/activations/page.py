"""Activations: functions and derivatives, vanishing gradients, zig-zags, dying units."""

import streamlit as st

from core.model import layers as L
from core.model.optimizers import SGD
from core.model.specs import Data, RunSpec
from pages.ideas.activations.dead import dead
from pages.ideas.activations.functions import functions
from pages.ideas.activations.vanishing import vanishing
from pages.ideas.activations.zigzag import zig_zag
from pages.shared.lesson import experiment

_DATA = Data(images=6_000, validation_share=1 / 6)


def activations() -> None:
    st.title("Activations")
    st.markdown(
        "A layer's weighted sums alone can only draw straight lines: many layers of them are no more than "
        "one. The **activation** g bends them. For learning its derivative g′ counts as much: the gradient "
        "is multiplied by it at every layer on its way back."
    )
    functions()
    vanishing()
    zig_zag()
    dead()
    st.subheader("See it in a real network")
    for box, (activation, watch) in zip(
        st.columns(2),
        (
            ("sigmoid", "Six layers of sigmoid: the loss stays near 2.30, guessing, for a long time."),
            ("relu", "The same with ReLU: it learns from the first epoch on."),
        ),
        strict=True,
    ):
        with box:
            experiment(_deep(activation), f"Six layers with {L.ACTIVATION_NAMES[activation]}", watch)


def _deep(activation: L.Activation) -> RunSpec:
    layers = (L.Flatten(), *[L.Dense(units=64, activation=activation)] * 6)
    optimizer = SGD(learning_rate=0.05)
    return RunSpec(layers=layers, optimizer=optimizer, data=_DATA, epochs=10, batch_size=64)


if __name__ == "__main__":
    activations()

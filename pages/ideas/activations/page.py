"""Activations: functions and derivatives, vanishing gradients, zig-zags, dying units."""

from functools import partial

import streamlit as st

from core.model import layers as L
from core.model.optimizers import SGD
from core.model.specs import Data, RunSpec
from pages.ideas.activations.dead import dead
from pages.ideas.activations.functions import functions, graphs, numbers
from pages.ideas.activations.vanishing import vanishing
from pages.ideas.activations.zigzag import zig_zag
from pages.shared.lesson import experiment, idea
from pages.shared.present import Slides, presented

_DATA = Data(images=6_000, validation_share=1 / 6)


def activations() -> None:
    together: Slides = {"Functions": partial(functions, graphs, numbers)}
    apart: Slides = {"Functions": partial(functions, graphs), "In numbers": partial(functions, numbers)}
    parts = {
        **(apart if presented() else together),
        "Vanishing gradient": vanishing,
        "Zig-zag": zig_zag,
        "Dying ReLU": dead,
    }
    idea("Activations", _intro, parts, _experiments)


def _intro() -> None:
    st.markdown(
        "A layer's weighted sums alone can only draw straight lines: many layers of them are no more than "
        "one. The **activation** g bends them. For learning its derivative g′ counts as much: the gradient "
        "is multiplied by it at every layer on its way back."
    )


def _experiments() -> None:
    st.subheader("See it in a real network")
    for row in (_EXPERIMENTS[:2], _EXPERIMENTS[2:]):
        for box, (spec, label, watch) in zip(st.columns(2), row, strict=True):
            with box:
                experiment(spec, label, watch)


def _deep(activation: L.Activation, start: L.InitialWeights = "glorot") -> RunSpec:
    layers = (L.Flatten(), *[L.Dense(units=64, activation=activation, initial_weights=start)] * 6)
    optimizer = SGD(learning_rate=0.05)
    return RunSpec(layers=layers, optimizer=optimizer, data=_DATA, epochs=10, batch_size=64)


_EXPERIMENTS = (
    (
        _deep("sigmoid"),
        "Six layers with Sigmoid",
        "Six layers of sigmoid: the loss stays near 2.30, guessing, for a long time.",
    ),
    (_deep("relu"), "Six layers with ReLU", "The same with ReLU: it learns from the first epoch on."),
    (
        _deep("sigmoid", "large"),
        "Six layers with Sigmoid, initial weights of σ = 1",
        "Sigmoid once more, from larger random weights alone (**Initial weights** behind the layer's "
        ":material/tune:): now the loss falls.",
    ),
    (
        _deep("relu", "small"),
        "Six layers with ReLU, initial weights of σ = 0.01",
        "ReLU from weights that are too small: what the layers say of the image fades on its way forward, "
        "and the loss stays near 2.30.",
    ),
)


if __name__ == "__main__":
    activations()

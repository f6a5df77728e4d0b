"""Convolution: a kernel slid over a digit, what sharing it saves, and what a stack of kernels sees."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.model import layers as L
from core.model.presets import PRESETS
from core.model.specs import Data, RunSpec
from pages.ideas.convolution.receptive import receptive
from pages.ideas.convolution.sharing import sharing
from pages.ideas.convolution.sliding import sliding, whole_way
from pages.shared.lesson import experiment, formula, idea, pick_digit
from pages.shared.present import Slides, presented

_DATA = Data(images=10_000, validation_share=0.1)
_QUICK = PRESETS["quick-start"].spec


def convolution() -> None:
    film: Slides = {"Its whole way": partial(_over_digit, whole_way)} if presented() else {}
    parts = {
        "A kernel on a digit": partial(_over_digit, sliding),
        **film,
        "Shared weights": sharing,
        "Receptive fields": receptive,
    }
    idea("Convolution", _intro, parts, _experiments)


def _intro() -> None:
    st.markdown(
        "A **kernel** is a small square of weights. It is laid on every place of the image in turn; at each, "
        "the pixels under it are multiplied by its weights and added up. The sums form a new image, the "
        "**feature map**: bright where the image looks like the kernel. A Conv2D layer learns its kernels."
    )
    formula(
        r"y_{r,c} = b + \sum_{i=1}^{k}\sum_{j=1}^{k} w_{i,j}\; x_{r+i-1,\,c+j-1}",
        meaning="x: the image, with zeros around it where padding is 'same'; w: the k × k weights; b: the "
        "bias, here 0; y: the output map; rows and columns are counted from 1. "
        "Mathematicians call this cross-correlation: the kernel is not flipped.",
    )


def _over_digit(draw: Callable[[NDArray[np.float64]], None]) -> None:
    draw(pick_digit("convolution")[0] / 255)


def _experiments() -> None:
    st.subheader("See it in a real network")
    left, right = st.columns(2)
    with left:
        experiment(
            _two_small(),
            "Two 3×3 in place of each 5×5",
            "Fewer weights see the same pixels: compare its accuracy with the quick start's.",
        )
    with right:
        experiment(
            PRESETS["mlp"].spec.model_copy(update={"data": _DATA, "epochs": 6}),
            "Fully connected, no convolution",
            "Many more weights, which know nothing of neighbours: how far does it get?",
        )
    st.markdown(
        "**Deep stacks** of convolutions are hard to train: the gradient fades on its long way back. A "
        "**residual block** adds what it was given to what its convolutions make of it. They need only learn "
        "what to change, and the gradient takes the short way, the addition (He et al. 2016)."
    )
    left, right = st.columns(2)
    with left:
        experiment(_deep(L.Conv2D(filters=16), 24), "24 convolutions in a row", _PLAIN)
    with right:
        experiment(_deep(L.Residual(filters=16), 12), "The same 24 in residual blocks", _BLOCKS)
    st.caption("After a run, its Results page shows the kernels it has learned and their maps, under Inside.")


def _two_small() -> RunSpec:
    """Return the quick start with two 3×3 convolutions for each of its 5×5."""
    layers: list[L.Layer] = []
    for layer in _QUICK.layers:
        small = isinstance(layer, L.Conv2D)
        layers += [layer.model_copy(update={"kernel_size": 3})] * 2 if small else [layer]
    return _QUICK.model_copy(update={"layers": tuple(layers)})


def _deep(layer: L.Layer, times: int) -> RunSpec:
    """Return a network that shrinks the image to 7×7 and repeats a layer there."""
    start = (L.Conv2D(filters=16, kernel_size=5, strides=2), L.MaxPooling2D())
    data = Data(images=4_000, validation_share=1 / 6)
    return RunSpec(layers=(*start, *[layer] * times, L.GlobalPooling2D()), data=data, epochs=5)


_PLAIN = "After the first convolution 24 more, each with 3×3 kernels: the loss stays near 2.30, guessing."
_BLOCKS = "The same convolutions, two in each block: the loss falls from the second epoch on."


if __name__ == "__main__":
    convolution()

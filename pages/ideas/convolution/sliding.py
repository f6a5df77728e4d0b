"""A kernel on a digit: chosen, moved, played."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.concepts.convolution import SIZES, Floats, Padding, convolve, kernels, padded, position
from core.figures.concepts.convolution import journey, marked, windowed
from core.figures.pixels import pixels
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.drawn import drawn
from pages.shared.lesson import beside
from pages.shared.present import presented

OWN = "own weights"
PLACES = "The window visits every fourth place."
_SIDE = 28
_BORDER: dict[Padding, str] = {
    "same": "The dotted line is where the added zeros begin.",
    "valid": "Without added zeros the kernel has fewer places.",
}


@st.fragment
def sliding(image: NDArray[np.float64]) -> None:
    """Draw a kernel's place on an image float64 (28, 28) in 0…1, step by step, and on a page its film."""
    st.subheader("Slide a kernel over a digit")
    knobs, figures = beside()
    with knobs:
        kernel, padding = _choose()
        result = convolve(image, kernel, padding)
        row, column = _place(len(result))
    with figures:
        _step(image, kernel, padding, row, column, result)
    if not presented() and st.toggle("Play its whole way", key="convolution.play", help=PLACES):
        _film(image, kernel, padding)


@st.fragment
def whole_way(image: NDArray[np.float64]) -> None:
    """Draw the film alone, as a slide."""
    st.subheader("Its whole way")
    knobs, figures = beside()
    with knobs:
        kernel, padding = _choose()
        st.caption(PLACES)
    with figures:
        _film(image, kernel, padding)


def _film(image: Floats, kernel: Floats, padding: Padding) -> None:
    told = "The kernel moves over the digit row by row while the output map fills"
    figure = drawn(journey, image, kernel, convolve(image, kernel, padding), padding)
    chart(figure, "convolution.journey", told)


def _choose() -> tuple[Floats, Padding]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = int(
            one_of(
                "Kernel size",
                SIZES,
                default=5,
                key="k",
                format_func=_square,
            )
        )
        names = [*kernels(size), OWN]
        name = st.selectbox("It finds", names, key="kernel", bind="query-params", width=220)
        padding = one_of(
            "Padding",
            ["same", "valid"],
            default="same",
            key="padding",
            help="'same' surrounds the image with zeros, so that the output is as large as the input; "
            "'valid' uses only places where the kernel lies wholly on the image.",
        )
    kernel = _own(size) if name == OWN else kernels(size)[name]
    return kernel, "valid" if padding == "valid" else "same"


def _square(size: int) -> str:
    return f"{size}×{size}"


def _own(size: int) -> Floats:
    """Draw a table of weights to edit, first those of an edge; return them."""
    start = pd.DataFrame(np.sign(kernels(size)["vertical edges"]), columns=[str(i + 1) for i in range(size)])
    edited = st.data_editor(start, hide_index=True, key=f"convolution.own{size}", width=80 * size)
    return np.nan_to_num(edited.to_numpy(np.float64))


def _place(side: int) -> tuple[int, int]:
    """Draw the sliders of the kernel's place; return its row and column, counted from 0."""
    left, right = st.columns(2)
    middle = side // 2
    row = left.slider("Row of the output", 1, side, middle, key=f"convolution.row{side}")
    column = right.slider("Column of the output", 1, side, middle, key=f"convolution.column{side}")
    return row - 1, column - 1


def _step(image: Floats, kernel: Floats, padding: Padding, row: int, column: int, result: Floats) -> None:
    size, place = len(kernel), position(image, kernel, padding, row, column)
    ground = padded(image, size, padding)
    digits = ".2f" if size < 7 else ".1f"
    figures = (
        (
            drawn(windowed, ground, row, column, size, padding),
            f"The digit with the {size}×{size} window at row {row + 1}, column {column + 1}",
        ),
        (
            drawn(pixels, kernel, "Weights w", scale="signed", numbers=digits, height=300),
            "The kernel's weights",
        ),
        (
            drawn(pixels, place.products, "Products w · x", scale="signed", numbers=digits, height=300),
            f"The pixels under the window times the weights; their sum is {place.total:.3f}",
        ),
        (
            drawn(marked, result, row, column),
            f"The output map, {len(result)}×{len(result)}, from {result.min():.2f} to {result.max():.2f}",
        ),
    )
    for box, (figure, label), key in zip(st.columns(4), figures, "abcd", strict=True):
        with box:
            chart(figure, f"convolution.{key}", label)
    st.markdown(f"Sum of the {size * size} products: **y = {place.total:.3f}**")
    st.caption(
        f"28×28 pixels become {len(result)}×{len(result)} sums. Blue is positive, orange negative, pale "
        "zero. **What to see:** the sum is large where the digit's ink lies under the blue weights and its "
        "ground "
        "under the orange ones. " + _BORDER[padding]
    )

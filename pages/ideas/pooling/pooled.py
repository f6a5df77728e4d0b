"""A digit pooled: one square, the whole map, and what a shift changes."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.concepts.convolution import convolve, kernels
from core.concepts.pooling import Floats, Mode, change, pool, shifted, squares
from core.figures.concepts.pooling import kept
from core.figures.pixels import outlined, pixels
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.lesson import beside

Part = Callable[[Floats, int, Mode], None]
INPUTS = ("the digit", "its vertical edges (5×5 kernel, ReLU)")


@st.fragment
def pooled(digit: Floats, *parts: Part) -> None:
    """Draw how a digit float64 (28, 28) in 0…1 is pooled: the choices, and `step`, `shift` or both."""
    knobs, figures = beside()
    with knobs:
        image, size, mode = _choose(digit)
    with figures:
        for draw in parts:
            draw(image, size, mode)


def _choose(digit: Floats) -> tuple[Floats, int, Mode]:
    """Draw what is pooled, in which squares, and what is kept of each; return the three."""
    source = st.segmented_control(
        "Pool", INPUTS, default=INPUTS[0], required=True, key="pooling.source", wrap=True
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        size = int(
            one_of(
                "Square",
                (2, 3, 4),
                default=2,
                key="p",
                format_func=_square,
            )
        )
        kept = one_of("Keep the", ("max", "average"), default="max", key="keep")
    return _input(digit, str(source)), size, "average" if kept == "average" else "max"


def _square(size: int) -> str:
    return f"{size}×{size}"


def _input(digit: Floats, source: str) -> Floats:
    if source == INPUTS[0]:
        return digit
    edges = convolve(digit, 10 * kernels(5)["vertical edges"], "same")
    return edges.clip(0) / max(edges.max(), 1e-9)


def step(image: Floats, size: int, mode: Mode) -> None:
    """Draw one square of an image, float64 (28, 28), and the whole of what is kept."""
    result = pool(image, size, mode)
    side = len(result)
    left, right = st.columns(2)
    row = left.slider("Row of the output", 1, side, side // 2, key=f"pooling.row{size}") - 1
    column = right.slider("Column of the output", 1, side, side // 2, key=f"pooling.column{size}") - 1
    square, value = squares(image, size)[row, column], result[row, column]
    shown = (
        (
            outlined(pixels(image, "Input, 28×28", limits=(0, 1)), row * size, column * size, size, size),
            f"The 28×28 input with the square at row {row + 1}, column {column + 1} framed",
        ),
        (kept(square, mode), f"The square's values; the {mode} is {value:.2f}"),
        (
            outlined(pixels(result, f"Output, {side}×{side}", limits=(0, 1)), row, column, 1, 1),
            f"The output, {side}×{side}, the square's value framed",
        ),
    )
    for box, (figure, label), key in zip(st.columns(3), shown, "abc", strict=True):
        with box:
            chart(figure, f"pooling.{key}", label)
    st.caption(
        f"{28 * 28} numbers become {side * side}. **What to see:** max pooling keeps strokes bright, the "
        "average pales them. While learning, only the largest pixel of each square gets a gradient "
        "(framed)."
    )


def shift(image: Floats, size: int, _mode: Mode) -> None:
    """Draw what moving an image, float64 (28, 28), changes before and after pooling."""
    st.subheader("A small shift matters less")
    by = st.slider("Move the input to the right by (pixels)", 0, 4, 1, key="pooling.shift", width=400)
    moved = shifted(image, by)
    maps = {
        "input, 28×28": (image, moved),
        "max pooled": (pool(image, size), pool(moved, size)),
        "average pooled": (pool(image, size, "average"), pool(moved, size, "average")),
    }
    for box, (name, pair) in zip(st.columns(3), maps.items(), strict=True):
        with box:
            title = f"Change of the {name}"
            label = f"{title} when moved by {by} pixels: {change(*pair):.0%} of its size"
            chart(pixels(pair[1] - pair[0], title, scale="signed", limits=(-1, 1)), f"pooling.{name}", label)
    rows = [{"map": name, "change": f"{change(*pair):.0%}"} for name, pair in maps.items()]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content")
    st.caption(
        "Change: the norm of the difference over the norm of the map. **What to see:** the pooled maps "
        "change less than the input, above all by shifts smaller than the square."
    )

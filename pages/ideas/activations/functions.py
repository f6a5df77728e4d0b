"""The activation functions and their derivatives, drawn and at one place in numbers."""

from collections.abc import Callable
from typing import get_args

import numpy as np
import pandas as pd
import streamlit as st

from core.concepts.activations import FUNCTIONS, SLOPE, activate, derivative
from core.figures.concepts.activations import ENDS
from core.figures.concepts.activations import functions as curves
from core.model.layers import ACTIVATION_NAMES, Activation
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.present import presented

KINDS: tuple[Activation, ...] = get_args(Activation)
FIRST = ["sigmoid", "tanh", "relu", "leaky_relu"]


def named(kind: str) -> str:
    return ACTIVATION_NAMES[kind]


@st.fragment
def functions(*parts: "Part") -> None:
    """Draw the choices and, of the chosen functions, `graphs`, `numbers` or both."""
    kinds = st.pills(
        "Activations",
        KINDS,
        selection_mode="multi",
        default=FIRST,
        format_func=named,
        key="activations",
        bind="query-params",
    )
    left, right = st.columns(2)
    x = left.slider("Weighted sum x", -ENDS, ENDS, 1.0, 0.1, key="activations.x")
    slope = right.slider("Slope of leaky ReLU left of zero", 0.0, 0.5, SLOPE, 0.01, key="activations.slope")
    for draw in parts:
        draw(kinds, x, slope)


def graphs(kinds: list[Activation], x: float, slope: float) -> None:
    """Draw functions and derivatives."""
    told = "; ".join(f"{named(kind)} {float(activate(kind, np.array([x]), slope)[0]):.3f}" for kind in kinds)
    left, right = st.columns(2)
    with left:
        chart(
            drawn(curves, kinds, slope, x, derived=False),
            "activations.g",
            f"Activations; at x = {x:g}: {told}",
        )
    with right:
        label = f"Derivatives of the activations, at x = {x:g} in the table"
        chart(drawn(curves, kinds, slope, x, derived=True), "activations.derived", label)


def numbers(kinds: list[Activation], x: float, slope: float) -> None:
    """Draw both at a place as a table, and their formulas."""
    table, formulas = st.columns([2, 3]) if presented() else (st.container(), st.container())
    if kinds:
        table.dataframe(_table(kinds, x, slope), hide_index=True, height="content")
        with formulas:
            _formulas(kinds, slope)
    st.caption(
        "**What to see:** sigmoid's derivative is at most 0.25 and tanh's at most 1, both nearly zero away "
        "from the middle. ReLU's is 1 for every positive sum, and 0 for every negative one."
    )


Part = Callable[[list[Activation], float, float], None]


def _formulas(kinds: list[Activation], slope: float) -> None:
    """Draw each function and its derivative in LaTeX, leaky ReLU's with the chosen slope."""
    for kind in kinds:
        formula, derived = (
            latex.replace(f"{SLOPE:g}", f"{slope:g}") if kind == "leaky_relu" else latex
            for latex in (FUNCTIONS[kind].formula, FUNCTIONS[kind].derived)
        )
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            st.markdown(f"**{named(kind)}**", width=110)
            st.latex(formula, width="content")
            st.latex(derived, width="content")


def _table(kinds: list[Activation], x: float, slope: float) -> pd.DataFrame:
    at = np.array([x])
    rows = [
        (named(kind), float(activate(kind, at, slope)[0]), float(derivative(kind, at, slope)[0]))
        for kind in kinds
    ]
    return pd.DataFrame(rows, columns=["activation", f"g({x:g})", f"g′({x:g})"]).round(4)

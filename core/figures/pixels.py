"""A small array as squares: a digit, a kernel, a feature map; with its numbers where there is room."""

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.style import TRAINING, VALIDATION, layout

INK = [[0, "#000000"], [1, "#ffffff"]]
"""As in MNIST: ink is white on black."""
SIGNED = [[0, VALIDATION], [0.5, "#f2f2f2"], [1, TRAINING]]
"""Negative orange, zero pale, positive blue."""
ON_SIGNED = "#10151d"
"""Of numbers on these colours: a contrast of at least 4.5 on each of them, on either theme."""


def pixels(
    values: NDArray[np.generic],
    title: str,
    *,
    scale: Literal["ink", "signed"] = "ink",
    limits: tuple[float, float] | None = None,
    numbers: str | None = None,
    height: int = 320,
) -> go.Figure:
    """Return an array (rows, columns) as a figure of squares, row 0 at the top.

    Args:
        scale: "ink" from black to white, or "signed" around zero.
        limits: the values at the ends of the scale; by default those of the array, or as far below zero
            as above it.
        numbers: a format such as ".1f", to write each value on its square.
    """
    shown = np.asarray(values, np.float64)
    low, high = limits or _limits(shown, scale)
    figure = go.Figure(layout=layout(title, "", "", hovermode="closest", height=height))
    figure.add_heatmap(
        z=shown,
        colorscale=SIGNED if scale == "signed" else INK,
        zmin=low,
        zmax=high,
        showscale=False,
        xgap=1 if max(shown.shape) <= 14 else 0,
        ygap=1 if max(shown.shape) <= 14 else 0,
        texttemplate=f"%{{z:{numbers}}}" if numbers else None,
        textfont={"color": ON_SIGNED} if scale == "signed" else None,
        hovertemplate="row %{y}, column %{x}: %{z:.4~g}<extra></extra>",
    )
    figure.update_layout(margin={"l": 8, "r": 8, "t": 44, "b": 8})
    square = {"showgrid": False, "showticklabels": False, "ticks": "", "title": None, "constrain": "domain"}
    figure.update_xaxes(**square)
    figure.update_yaxes(autorange="reversed", scaleanchor="x", automargin=False, **square)
    return figure


def _limits(values: NDArray[np.float64], scale: Literal["ink", "signed"]) -> tuple[float, float]:
    """Return the ends of the scale: the largest value, which may lie below zero as well as above."""
    top = float(np.abs(values).max(initial=0, where=np.isfinite(values))) or 1.0
    return (-top, top) if scale == "signed" else (0.0, top)


def outlined(figure: go.Figure, row: float, column: float, height: float, width: float) -> go.Figure:
    """Return the figure with a frame around squares: its first row and column (may be below 0), its size."""
    edges = {"x0": column - 0.5, "x1": column + width - 0.5, "y0": row - 0.5, "y1": row + height - 0.5}
    return figure.add_shape(type="rect", line={"color": VALIDATION, "width": 3}, **edges)

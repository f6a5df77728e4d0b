"""The confusion matrix as a heat map whose colours show the mistakes, not the diagonal."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.analysis.evaluate import Normalisation, most_confused, normalised
from core.figures.pixels import outlined
from core.figures.style import layout

DIGITS = [str(digit) for digit in range(10)]
_HIT, _MISSES = "#3f6492", [[0, "#fbd9bf"], [1, "#9a3412"]]
"""Opaque, so that the numbers on them can be read in both themes."""


def confusion_figure(
    matrix: NDArray[np.int64], by: Normalisation, title: str = "Confusion matrix", most: float | None = None
) -> go.Figure:
    """Return the heat map of a confusion matrix (10, 10), rows true and columns predicted.

    Args:
        by: "counts", or shares of each "row" (what became of the true digit) or "column" (what a
            prediction was worth).
        most: the value of the strongest orange, where several matrices share their colours; without it
            the largest value beside the diagonal.
    """
    values = normalised(matrix, by)
    diagonal = np.eye(len(matrix), dtype=bool)
    text = np.vectorize(str)(matrix) if by == "counts" else _percent(values)
    figure = go.Figure(layout=layout(title, "predicted digit", "true digit (images)"))
    hits = np.where(diagonal, 1.0, np.nan)
    misses = np.where(diagonal | (matrix == 0), np.nan, values)
    top = max(float(np.nan_to_num(misses).max()) if most is None else most, 1e-9)
    for shown, scale, limits in ((hits, [[0, _HIT], [1, _HIT]], (0, 1)), (misses, _MISSES, (0, top))):
        figure.add_heatmap(
            z=shown,
            x=DIGITS,
            y=DIGITS,
            text=np.where(np.isnan(shown), "", text),
            texttemplate="%{text}",
            textfont={"size": 13},
            customdata=matrix,
            hovertemplate="true %{y}, predicted %{x}, images: %{customdata}<extra></extra>",
            colorscale=scale,
            zmin=limits[0],
            zmax=limits[1],
            showscale=False,
            xgap=2,
            ygap=2,
            hoverongaps=False,
        )
    return _labelled(figure, matrix.sum(axis=1))


def _labelled(figure: go.Figure, support: NDArray[np.int64]) -> go.Figure:
    """Return the figure with its axes: each true digit says how many images it has."""
    figure.update_layout(height=520, hovermode="closest", margin={"l": 104, "r": 12, "t": 44, "b": 56})
    figure.update_yaxes(
        autorange="reversed",
        title_standoff=14,
        tickvals=DIGITS,
        ticktext=[f"{digit} ({count:,})" for digit, count in zip(DIGITS, support, strict=True)],
        showgrid=False,
    )
    return figure.update_xaxes(side="bottom", tickvals=DIGITS, showgrid=False)


def most_mistaken(*matrices: NDArray[np.int64]) -> int:
    """Return the largest count beside the diagonal of any of the matrices."""
    return max((often for matrix in matrices for _, _, often in most_confused(matrix, 1)), default=0)


def framed_confusion(
    matrix: NDArray[np.int64], by: Normalisation, true: int | None, read: int | None
) -> go.Figure:
    """Return the heat map with a frame around the cell of a true digit and its reading, if both are given."""
    figure = confusion_figure(matrix, by)
    return figure if true is None or read is None else outlined(figure, true, read, 1, 1)


def _percent(values: NDArray[np.float64]) -> NDArray[np.str_]:
    return np.array([[f"{100 * value:.1f}" for value in row] for row in values])

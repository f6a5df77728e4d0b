"""The data set in figures: classes, pixel values, a row that becomes an image."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.overview import laid_out
from core.figures.pixels import INK, outlined, pixels
from core.figures.style import SERIES, TRAINING, VALIDATION, layout

_DIGITS = list(range(10))


def class_shares(counts: Mapping[str, NDArray[np.int64]]) -> go.Figure:
    """Return the share of each digit in each set, from its counts (10,), as bars side by side."""
    figure = go.Figure(layout=layout("Share of each digit", "digit", "share of the set"))
    for color, (name, numbers) in zip(SERIES, counts.items(), strict=False):
        figure.add_bar(
            x=_DIGITS,
            y=numbers / max(int(numbers.sum()), 1),
            customdata=numbers,
            name=name,
            marker={"color": color},
            hovertemplate="%{y:.1%} (%{customdata:,})",
        )
    figure.update_xaxes(dtick=1)
    return figure.update_yaxes(tickformat=".0%")


def value_histogram(values: NDArray[np.int64], *, normalised: bool) -> go.Figure:
    """Return how often each of the 256 pixel values occurs, as stored or divided by 255."""
    title = "After: x / 255" if normalised else "Before: as stored"
    figure = go.Figure(layout=layout(title, "pixel value", "pixels", showlegend=False))
    places = np.arange(256) / 255 if normalised else np.arange(256)
    color = TRAINING if normalised else VALIDATION
    figure.add_bar(x=places.astype(np.float32), y=values, marker={"color": color, "line": {"width": 0}})
    figure.update_traces(hovertemplate="%{y:,} pixels<extra></extra>")
    figure.update_layout(bargap=0, margin={"b": 56})
    return figure.update_yaxes(type="log", exponentformat="power", dtick=1)


def strip(row: NDArray[np.uint8], taken: int) -> go.Figure:
    """Return a row of 784 numbers as one line of squares; the first `taken` are framed."""
    figure = go.Figure(layout=layout("One row of the table: 784 numbers", "pixel", "", height=130))
    figure.add_heatmap(z=row[None], colorscale=INK, zmin=0, zmax=255, showscale=False)
    figure.update_traces(hovertemplate="pixel%{x}: %{z}<extra></extra>")
    figure.add_shape(
        type="rect", x0=-0.5, x1=taken - 0.5, y0=-0.5, y1=0.5, line={"color": VALIDATION, "width": 3}
    )
    figure.update_layout(margin={"l": 4, "r": 4, "b": 44})
    figure.update_xaxes(tickvals=[0, 196, 392, 588, 783], showgrid=False)
    return figure.update_yaxes(showticklabels=False, showgrid=False, automargin=False)


def laid(row: NDArray[np.uint8], lines: int) -> go.Figure:
    """Return the first lines of an image, laid out from its row of 784 numbers; the last one is framed."""
    figure = pixels(laid_out(row, lines), f"{lines} of 28 lines", limits=(0, 255))
    return outlined(figure, lines - 1, 0, 1, 28) if lines else figure

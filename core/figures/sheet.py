"""Many small images side by side as one figure, each with a note below it."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import INK
from core.figures.style import layout

_NOTE = 9
"""Squares of room below each image for its note."""
_HEIGHT, _NARROWEST = 64, 34
"""Pixels of a row of images, and the fewest that an image is wide."""


def sheet(
    images: NDArray[np.generic], title: str, *, across: int = 16, notes: Sequence[str] = (), top: float = 255
) -> go.Figure:
    """Return images (m, 28, 28), so many in a row, with 0 black and `top` white.

    Args:
        notes: a short text for each image, or none.
    """
    columns, tall = max(1, min(len(images), across)), 28 + (_NOTE if notes else 0)
    rows = -(-len(images) // columns)
    tiles = np.full((rows * columns, tall, 28), np.nan, np.float32)
    tiles[: len(images), :28] = images
    whole = tiles.reshape(rows, columns, tall, 28).swapaxes(1, 2).reshape(rows * tall, columns * 28)
    height = 52 + round(rows * _HEIGHT * tall / 28 * (16 / max(columns, 8)))
    figure = go.Figure(layout=layout(title, "", "", hovermode=False, height=height))
    figure.add_heatmap(z=whole, colorscale=INK, zmin=0, zmax=top, showscale=False, hoverinfo="skip")
    for place, note in enumerate(notes):
        row, column = divmod(place, columns)
        figure.add_annotation(
            x=column * 28 + 13.5,
            y=row * tall + 28 + _NOTE / 2 - 1,
            text=note,
            showarrow=False,
            font={"size": 11},
        )
    figure.update_layout(margin={"l": 0, "r": 0, "t": 44, "b": 4}, meta={"minwidth": columns * _NARROWEST})
    plain = {"showgrid": False, "showticklabels": False, "showline": False, "ticks": "", "title": None}
    figure.update_xaxes(constrain="domain", constraintoward="left", **plain)
    return figure.update_yaxes(
        autorange="reversed",
        automargin=False,
        scaleanchor="x",
        constrain="domain",
        constraintoward="top",
        **plain,
    )

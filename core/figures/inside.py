"""What is inside a network: many small maps at once, spreads of activations, images as points of a plane."""

from collections.abc import Sequence
from math import ceil

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import INK, SIGNED
from core.figures.sprites import sprites
from core.figures.style import SERIES, SYMBOLS, TRAINING, layout

Floats = NDArray[np.float32]
_BAND = "rgba(47, 129, 214, 0.25)"


def mosaic(tiles: Floats, title: str, *, signed: bool, columns: int = 8, names: str = "map") -> go.Figure:
    """Return tiles (n, rows, columns) side by side on one scale, numbered from 1 under the mouse.

    Args:
        signed: around zero, as weights are; else from the smallest value to the largest.
        columns: tiles in a row.
        names: what one tile is called.
    """
    count, height, width = tiles.shape
    across = min(columns, count)
    down = ceil(count / across)
    sheet = np.full((down * (height + 1) - 1, across * (width + 1) - 1), np.nan, np.float32)
    number = np.zeros(sheet.shape, np.int16)
    for place, tile in enumerate(tiles):
        row, column = (place // across) * (height + 1), (place % across) * (width + 1)
        sheet[row : row + height, column : column + width] = tile
        number[row : row + height, column : column + width] = place + 1
    top = float(np.abs(tiles).max()) or 1.0
    low, high = (-top, top) if signed else (min(0.0, float(tiles.min())), float(tiles.max()) or 1.0)
    figure = go.Figure(layout=layout(title, "", "", hovermode="closest"))
    figure.add_heatmap(
        z=sheet,
        customdata=number,
        colorscale=SIGNED if signed else INK,
        zmin=low,
        zmax=high,
        hoverongaps=False,
        hovertemplate=f"{names} %{{customdata}}: %{{z:.3~g}}<extra></extra>",
        colorbar={"thickness": 12, "len": 0.9, "outlinewidth": 0},
    )
    shape = min(1.6, sheet.shape[0] / sheet.shape[1])
    figure.update_layout(height=int(70 + 640 * shape), margin={"l": 8, "r": 8, "t": 44, "b": 8})
    plain = {"showgrid": False, "showticklabels": False, "ticks": "", "title": None, "constrain": "domain"}
    figure.update_xaxes(**plain)
    figure.update_yaxes(autorange="reversed", scaleanchor="x", automargin=False, **plain)
    return figure


def spread_figure(
    layers: Sequence[str], quantiles: Sequence[Sequence[float]], means: Sequence[float]
) -> go.Figure:
    """Return, for each layer, the 5th to 95th percentile of its activations, the middle half, and the mean.

    Args:
        quantiles: five for each layer, at 5, 25, 50, 75 and 95%.
    """
    figure = go.Figure(layout=layout("Activations, layer by layer", "", "activation", hovermode="closest"))
    low, first, middle, third, high = (list(column) for column in zip(*quantiles, strict=True))
    for name, bottom, top, width in (("5 – 95%", low, high, 0.5), ("25 – 75%", first, third, 0.25)):
        figure.add_bar(
            x=list(layers),
            y=[b - a for a, b in zip(bottom, top, strict=True)],
            base=bottom,
            width=width,
            name=name,
            marker={"color": TRAINING if width < 0.5 else _BAND},
            customdata=list(zip(bottom, top, strict=True)),
            hovertemplate="%{x}: %{customdata[0]:.3~g} to %{customdata[1]:.3~g}",
        )
    for name, values, symbol in (("median", middle, "line-ew-open"), ("mean", means, "circle")):
        marker = {"symbol": symbol, "size": 11 if symbol == "circle" else 24, "color": SERIES[1]}
        figure.add_scatter(x=list(layers), y=list(values), mode="markers", name=name, marker=marker)
    return figure.update_layout(barmode="overlay")


def plane(
    points: Floats,
    images: NDArray[np.uint8],
    labels: NDArray[np.uint8],
    read: NDArray[np.integer],
    title: str,
) -> go.Figure:
    """Return images (n, 28, 28) as points (n, 2), one colour for each digit; those read wrong are ringed.

    Under the mouse it shows the image, whose place is in `customdata`, and says what it was `read` as, digits
    (n,), where that is wrong.
    """
    look = layout(title, "", "", hovermode="closest", height=560, meta={"sprites": sprites(images)})
    figure = go.Figure(layout=look)
    wrong = read != labels
    for digit in range(10):
        these = np.flatnonzero(labels == digit)
        if not len(these):
            continue
        ring = np.where(wrong[these], 2.0, 0.0)
        figure.add_scatter(
            x=points[these, 0],
            y=points[these, 1],
            mode="markers",
            name=str(digit),
            customdata=these,
            text=[f"{digit} read as {read[at]}" if wrong[at] else str(digit) for at in these],
            marker={
                "color": SERIES[digit],
                "symbol": SYMBOLS[digit],
                "size": np.where(wrong[these], 11, 7).tolist(),
                "line": {"width": ring.tolist(), "color": "#d11a2a"},
            },
            hovertemplate="%{text}<extra></extra>",
        )
    bare = {"showticklabels": False, "title": None, "zeroline": False}
    return figure.update_xaxes(**bare).update_yaxes(**bare)

"""A kernel on its way over a digit, and the map that it leaves."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from core.concepts.convolution import Floats, Padding, padded
from core.figures.film import TITLE_ON_TOP, play_buttons
from core.figures.pixels import INK, SIGNED, outlined, pixels
from core.figures.style import VALIDATION, layout

STRIDE = 4
"""Squares that the played kernel jumps along a row, so that the film stays small."""
_FRAME = {"line": {"color": VALIDATION, "width": 3}}
_COVER = {"line": {"width": 0}, "fillcolor": "#9aa0a8", "opacity": 1}


def windowed(ground: Floats, row: int, column: int, size: int, padding: Padding) -> go.Figure:
    """Return an image with its added zeros and a kernel's window, and a dotted line where zeros begin.

    Args:
        row, column: of the window's first square.
        size: its side.
    """
    figure = outlined(pixels(ground, "Input x", limits=(0, 1), height=300), row, column, size, size)
    if padding == "same":
        low, high = size // 2 - 0.5, len(ground) - size // 2 - 0.5
        line = {"color": "#8a8f98", "width": 1, "dash": "dot"}
        figure.add_shape(type="rect", line=line, x0=low, y0=low, x1=high, y1=high)
    return figure


def marked(result: Floats, row: int, column: int) -> go.Figure:
    """Return an output map with a frame around the square that a window makes."""
    return outlined(pixels(result, "Output map y", scale="signed", height=300), row, column, 1, 1)


def journey(image: Floats, kernel: Floats, result: Floats, padding: Padding) -> go.Figure:
    """Return the kernel's way over an image (h, w), row by row, beside its map filling; played by a button.

    Args:
        result: the output map (h', w').
    """
    figure = make_subplots(1, 2, subplot_titles=("the kernel's window on the digit", "the output map"))
    figure.update_layout(layout("The kernel on its way", "", "", hovermode=False, height=430))
    figure.update_layout(margin={"l": 8, "r": 8, "t": 120, "b": 8}, showlegend=False, meta={"minwidth": 520})
    figure.add_trace(_map(padded(image, len(kernel), padding), INK, 0.0, 1.0), 1, 1)
    top = float(np.abs(result).max()) or 1.0
    figure.add_trace(_map(result, SIGNED, -top, top), 1, 2)
    square = {"showgrid": False, "showticklabels": False, "ticks": "", "title": None, "constrain": "domain"}
    figure.update_xaxes(**square)
    figure.update_yaxes(autorange="reversed", automargin=False, **square)
    figure.update_layout(yaxis={"scaleanchor": "x"}, yaxis2={"scaleanchor": "x2"})
    places = [(r, c) for r in range(len(result)) for c in range(0, result.shape[1], STRIDE)]
    figure.frames = [_frame(place, len(kernel), result.shape) for place in places]
    figure.update_layout(shapes=_shapes((len(result) // 2, 0), len(kernel), result.shape))
    buttons = play_buttons(40, redraw=True) | {"pad": {"b": 34}}
    return figure.update_layout(title=TITLE_ON_TOP, updatemenus=[buttons])


def _map(values: Floats, scale: list[list[Any]], low: float, high: float) -> go.Heatmap:
    return go.Heatmap(z=values.astype(np.float32), colorscale=scale, zmin=low, zmax=high, showscale=False)


def _frame(place: tuple[int, int], size: int, shape: tuple[int, ...]) -> go.Frame:
    return go.Frame(name=f"{place[0]},{place[1]}", layout={"shapes": _shapes(place, size, shape)})


def _shapes(place: tuple[int, int], size: int, shape: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return the window, the square it makes, and what covers the squares that come later."""
    row, column = place
    height, width = shape
    rest = [(column + 1, row, width, row + 1), (0, row + 1, width, height)]
    covers = [_rectangle(2, *edges) | _COVER for edges in rest if edges[0] < edges[2] and edges[1] < edges[3]]
    window = _rectangle(1, column, row, column + size, row + size) | _FRAME
    return [*covers, window, _rectangle(2, column, row, column + 1, row + 1) | _FRAME]


def _rectangle(axis: int, left: int, top: int, right: int, bottom: int) -> dict[str, Any]:
    edges = {"x0": left - 0.5, "x1": right - 0.5, "y0": top - 0.5, "y1": bottom - 0.5}
    name = "" if axis == 1 else str(axis)
    return {"type": "rect", "xref": f"x{name}", "yref": f"y{name}", **edges}


def reach(paths: NDArray[np.int64], title: str) -> go.Figure:
    """Return in how many ways each pixel (side, side) of a receptive field reaches the output."""
    most = 1.3 * float(paths.max())
    return pixels(paths, title, scale="signed", limits=(-most, most), numbers="d", height=300)

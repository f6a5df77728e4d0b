"""Many small images side by side as one figure, each with a note below it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import INK
from core.figures.style import layout

_NARROWEST, _LARGEST = 34, 110
"""Pixels that an image is wide, at least (on a phone) and at most (where there is room)."""
_CELL = 29
"""Pixels of an image and of the gap that shows where it ends."""
_ABOVE = 52
"""Pixels of the figure above and below the images."""
_LINE, _LETTER = 16, 6.6
"""Pixels of a line of a note, and of one of its letters."""


def sheet(
    images: NDArray[np.generic],
    title: str,
    *,
    across: int = 16,
    notes: Sequence[str] = (),
    top: float = 255,
    width: int = 1000,
) -> go.Figure:
    """Return images (m, 28, 28), so many in a row, with 0 black and `top` white.

    Args:
        notes: a short text for each image, or none; its lines are parted by <br>.
        width: pixels that the figure has on a large screen; on a narrower one the images shrink.
    """
    lines = [note.split("<br>") for note in notes]
    room = _LINE * max(map(len, lines), default=0)
    letters = max(
        (len(line.removeprefix("<b>").removesuffix("</b>")) for note in lines for line in note), default=0
    )
    narrow = max(_NARROWEST, _LETTER * letters)
    side = max(narrow, min(width / across, _LARGEST))
    tall = _CELL + round(28 * room / narrow)
    rows = -(-len(images) // across)
    tiles = np.full((rows * across, tall, _CELL), np.nan, np.float32)
    tiles[: len(images), :28, :28] = images
    whole = tiles.reshape(rows, across, tall, _CELL).swapaxes(1, 2).reshape(rows * tall, across * _CELL)
    height = _ABOVE + round(rows * side * tall / _CELL)
    figure = go.Figure(layout=layout(title, "", "", hovermode=False, height=height))
    figure.add_heatmap(z=whole, colorscale=INK, zmin=0, zmax=top, showscale=False, hoverinfo="skip")
    # All at once: Plotly checks those that are there again with each one that is added.
    figure.update_layout(
        annotations=[_note(note, *divmod(place, across), tall) for place, note in enumerate(notes)]
    )
    shape = {"above": _ABOVE, "ratio": rows * tall / (across * _CELL)}
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 44, "b": 4}, meta={"minwidth": round(across * narrow), "shape": shape}
    )
    plain = {"showgrid": False, "showticklabels": False, "showline": False, "ticks": "", "title": None}
    figure.update_xaxes(constrain="domain", constraintoward="left", **plain)
    anchored = {"scaleanchor": "x", "constrain": "domain", "constraintoward": "top"}
    return figure.update_yaxes(autorange="reversed", automargin=False, **anchored, **plain)


def _note(text: str, row: int, column: int, tall: int) -> dict[str, Any]:
    at = {"x": column * _CELL + 13.5, "y": row * tall + 27.5}
    return {**at, "text": text, "showarrow": False, "font": {"size": 11}, "yanchor": "top"}

"""Drawings and photographs: the steps to 28×28, the boxes of digits, and the probabilities."""

import base64
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.marks import Digit
from core.data.picture import as_jpeg
from core.figures.style import BEST, TRAINING, VALIDATION, layout

Floats = NDArray[np.float32]
_SIDE, _TALLEST, _ABOVE = 800, 560, 44
"""Pixels: the longer side of a photograph that is shown, the figure's height at most, and its title's."""


def probability_bars(probabilities: Floats) -> go.Figure:
    """Return probabilities (10,) as bars across, the highest in green."""
    figure = go.Figure(layout=layout("", "", "", height=240, hovermode="closest", showlegend=False))
    colors = [BEST if digit == int(probabilities.argmax()) else TRAINING for digit in range(10)]
    figure.add_bar(y=list(range(10)), x=probabilities, orientation="h", marker={"color": colors})
    figure.update_traces(hovertemplate="%{y}: %{x:.2%}<extra></extra>")
    figure.update_layout(margin={"l": 24, "r": 24, "t": 8, "b": 28})
    figure.update_xaxes(range=[0, 1], dtick=0.5, tickformat=".0%", title=None)
    return figure.update_yaxes(dtick=1, autorange="reversed", title=None)


def boxed(photo: NDArray[np.uint8], digits: Sequence[Digit], title: str) -> go.Figure:
    """Return a photograph uint8 (h, w, 3) with a numbered frame around each digit."""
    high, wide = photo.shape[:2]
    url = "data:image/jpeg;base64," + base64.b64encode(as_jpeg(photo, _SIDE)).decode()
    step = max(high, wide) / min(_SIDE, max(high, wide))
    shape = {"above": _ABOVE, "ratio": high / wide}
    figure = go.Figure(layout=layout(title, "", "", hovermode=False, height=_TALLEST))
    figure.add_image(source=url, dx=step, dy=step, hoverinfo="skip")
    for at, digit in enumerate(digits):
        edges = {
            "x0": digit.left,
            "x1": digit.left + digit.width,
            "y0": digit.top,
            "y1": digit.top + digit.height,
        }
        figure.add_shape(type="rect", line={"color": VALIDATION, "width": 2}, **edges)
        place = {"x": digit.left, "y": digit.top, "xanchor": "left", "yanchor": "bottom"}
        figure.add_annotation(**place, text=f"#{at + 1}", showarrow=False, font={"size": 11})
    figure.update_layout(margin={"l": 4, "r": 4, "t": _ABOVE - 4, "b": 4}, meta={"shape": shape})
    plain = {"showgrid": False, "showticklabels": False, "ticks": "", "title": None, "constrain": "domain"}
    figure.update_xaxes(range=[0, wide], **plain)
    return figure.update_yaxes(range=[high, 0], scaleanchor="x", automargin=False, **plain)

"""Drawings and photographs: the steps to 28×28, the boxes of digits, and the probabilities."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.data.photo import Box
from core.figures.pixels import INK
from core.figures.style import BEST, TRAINING, VALIDATION, layout

Floats = NDArray[np.float32]


def probability_bars(probabilities: Floats) -> go.Figure:
    """Return probabilities (10,) as bars across, the highest in green."""
    figure = go.Figure(layout=layout("", "", "", height=240, hovermode="closest", showlegend=False))
    colors = [BEST if digit == int(probabilities.argmax()) else TRAINING for digit in range(10)]
    figure.add_bar(y=list(range(10)), x=probabilities, orientation="h", marker={"color": colors})
    figure.update_traces(hovertemplate="%{y}: %{x:.2%}<extra></extra>")
    figure.update_layout(margin={"l": 24, "r": 24, "t": 8, "b": 28})
    figure.update_xaxes(range=[0, 1], dtick=0.5, tickformat=".0%", title=None)
    return figure.update_yaxes(dtick=1, autorange="reversed", title=None)


def boxed(ink: Floats, boxes: Sequence[Box]) -> go.Figure:
    """Return ink (h, w), reduced, with a numbered frame around each digit."""
    step = max(1, max(ink.shape) // 500)
    small = (ink[::step, ::step] * 255).astype(np.uint8)
    height = int(min(520, 60 + 900 * ink.shape[0] / ink.shape[1]))
    figure = go.Figure(layout=layout("The ink, and the digits found", "", "", hovermode=False, height=height))
    figure.add_heatmap(z=small, dx=step, dy=step, colorscale=INK, zmin=0, zmax=255, showscale=False)
    for at, box in enumerate(boxes):
        edges = {"x0": box.left, "x1": box.left + box.width, "y0": box.top, "y1": box.top + box.height}
        figure.add_shape(type="rect", line={"color": VALIDATION, "width": 2}, **edges)
        figure.add_annotation(
            x=box.left,
            y=box.top,
            text=f"#{at + 1}",
            showarrow=False,
            yanchor="bottom",
            font={"color": VALIDATION},
        )
    figure.update_layout(margin={"l": 4, "r": 4, "b": 4})
    plain = {"showgrid": False, "showticklabels": False, "ticks": "", "title": None, "constrain": "domain"}
    figure.update_xaxes(**plain)
    return figure.update_yaxes(autorange="reversed", scaleanchor="x", automargin=False, **plain)

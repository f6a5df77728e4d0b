"""The loss of live trainings over their steps, several of them faint beside the one that counts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.style import layout, logarithmic

MEAN_OF = 5
GUESS = float(np.log(10))
"""The loss of a network that gives each digit the same probability."""


@dataclass(frozen=True, eq=False)
class Line:
    """A training's name and colour, the loss of each of its steps, and those of others like it."""

    name: str
    color: str
    losses: NDArray[np.float64]
    others: tuple[NDArray[np.float64], ...] = ()
    dash: str = "solid"


def loss_lines(lines: Sequence[Line], steps: int, title: str = "Loss while training") -> go.Figure:
    """Return the losses, each point the mean of five steps, logarithmic; a cross where one diverged."""
    figure = go.Figure(layout=layout(title, "training step", "loss (cross-entropy)"))
    for line in lines:
        for other in line.others:
            figure.add_scatter(**_drawn(other, line, 1), opacity=0.35, showlegend=False, hoverinfo="skip")
        figure.add_scatter(**_drawn(line.losses, line, 2.5), name=line.name, hovertemplate="%{y:.3f}")
        if len(line.losses) < steps:
            _mark_end(figure, line)
    figure.add_hline(y=GUESS, line={"dash": "dot", "width": 1.5, "color": "#8a8f98"})
    figure.update_yaxes(**logarithmic(value for line in lines for value in line.losses))
    return figure.update_xaxes(range=[-2, steps + 2])


def _drawn(losses: NDArray[np.float64], line: Line, width: float) -> dict[str, object]:
    x, y = _means(losses)
    return {"x": x, "y": y, "mode": "lines", "line": {"color": line.color, "width": width, "dash": line.dash}}


def _means(losses: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Return the middle of each five steps and the mean of their finite losses."""
    finite = losses[np.isfinite(losses)]
    starts = np.arange(0, len(finite), MEAN_OF)
    counts = np.diff([*starts, len(finite)])
    sums = np.add.reduceat(finite, starts) if len(finite) else finite
    return starts + (counts - 1) / 2, (sums / counts).astype(np.float32)


def _mark_end(figure: go.Figure, line: Line) -> None:
    x, y = _means(line.losses)
    if len(x):
        marker = {"symbol": "x", "size": 12, "color": line.color}
        name = f"{line.name}: diverged at step {len(line.losses)}"
        figure.add_scatter(x=x[-1:], y=y[-1:], name=name, mode="markers", marker=marker, hoverinfo="name")

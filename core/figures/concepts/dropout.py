"""A network thinned by dropout, and the average of many such networks."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.concepts.dropout import Answers, Mask
from core.figures.style import BEST, SERIES, TRAINING, VALIDATION, layout

_GREY = "rgba(138,143,152,0.35)"


def graph(layers: Sequence[Mask], names: Sequence[str]) -> go.Figure:
    """Return a fully connected network, its units as circles: blue where kept, crossed out where dropped."""
    figure = go.Figure(layout=layout("The thinned network", "", "", hovermode=False, height=380))
    lines = _lines(layers)
    for alive, color, width in ((False, _GREY, 0.5), (True, TRAINING, 1.2)):
        x, y = _drawn([line for on, line in lines if on is alive])
        figure.add_scatter(x=x, y=y, mode="lines", line={"color": color, "width": width}, showlegend=False)
    for on, name, symbol, color in ((True, "kept", "circle", TRAINING), (False, "dropped", "x", VALIDATION)):
        places = [at for layer, kept in enumerate(layers) for at in _places(layer, kept, on)]
        marker = {"symbol": symbol, "size": 15, "color": color}
        x, y = [at[0] for at in places], [at[1] for at in places]
        figure.add_scatter(x=x, y=y, mode="markers", name=name, marker=marker)
    hidden = {"showgrid": False, "title": None}
    figure.update_xaxes(tickvals=list(range(len(layers))), ticktext=list(names), **hidden)
    figure.update_yaxes(showticklabels=False, **hidden)
    return figure.update_layout(margin={"l": 8, "b": 80})


def _places(layer: int, kept: Mask, on: bool) -> list[tuple[float, float]]:
    return [(layer, _height(unit, len(kept))) for unit in np.flatnonzero(kept == on).tolist()]


def _height(unit: int, units: int) -> float:
    return (units - 1) / 2 - unit


def _lines(layers: Sequence[Mask]) -> list[tuple[bool, tuple[float, float, float, float]]]:
    """Return every connection: whether both its ends are kept, and from where to where it goes."""
    return [
        (bool(a and b), (layer, _height(i, len(left)), layer + 1, _height(j, len(right))))
        for layer, (left, right) in enumerate(pairwise(layers))
        for i, a in enumerate(left)
        for j, b in enumerate(right)
    ]


def _drawn(
    lines: Sequence[tuple[float, float, float, float]],
) -> tuple[list[float | None], list[float | None]]:
    x: list[float | None] = []
    y: list[float | None] = []
    for x0, y0, x1, y1 in lines:
        x += [x0, x1, None]
        y += [y0, y1, None]
    return x, y


def probabilities(bars: dict[str, NDArray[np.floating]]) -> go.Figure:
    """Return the probabilities (10,) of several networks side by side, by digit."""
    figure = go.Figure(layout=layout("What they answer", "digit", "probability"))
    for color, (name, values) in zip(SERIES, bars.items(), strict=False):
        figure.add_bar(
            x=list(range(10)), y=values, name=name, marker={"color": color}, hovertemplate="%{y:.1%}"
        )
    figure.update_xaxes(dtick=1)
    return figure.update_yaxes(range=[0, 1.02], tickformat=".0%")


def convergence(found: Answers) -> go.Figure:
    """Return how far the mean of n thinned networks is from the whole one, and how each of them is, by n."""
    figure = go.Figure(
        layout=layout("Distance from the whole network", "networks averaged", "distance (0 = the same)")
    )
    count = np.arange(1, len(found.distance) + 1)
    alone = np.abs(found.thinned - found.whole).sum(axis=1) / 2
    dots = {"color": "#8a8f98", "size": 5, "opacity": 0.8}
    figure.add_scatter(x=count, y=alone.astype(np.float32), name="each alone", mode="markers", marker=dots)
    line = {"color": BEST, "width": 3}
    figure.add_scatter(
        x=count, y=found.distance.astype(np.float32), name="their average", mode="lines", line=line
    )
    figure.update_traces(hovertemplate="%{y:.3f}")
    return figure.update_yaxes(rangemode="tozero")

"""Batch normalisation: a unit's mini-batch step by step, moving averages, a layer's values in time."""

from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.concepts.spread import STEPS, Spread
from core.figures.style import BEST, SERIES, TRAINING, VALIDATION, layout

Floats = NDArray[np.floating]
_BANDS = ((0, 4, 0.18, "5 – 95%"), (1, 3, 0.38, "25 – 75%"))
_STEPS = ("x, the weighted sum", "x̂, normalised", "y = γx̂ + β")


def before_after(steps: tuple[Floats, Floats, Floats], labels: NDArray[np.uint8]) -> go.Figure:
    """Return x, x̂ and y (m,) of one unit as dots in three rows, each with its mean ± standard deviation."""
    figure = go.Figure(layout=layout("The mini-batch before and after", "value", "", hovermode="closest"))
    for name, values, color in zip(_STEPS, steps, (VALIDATION, TRAINING, BEST), strict=True):
        figure.add_scatter(
            x=values,
            y=[name] * len(values),
            customdata=labels,
            mode="markers",
            marker={"color": color, "size": 10, "opacity": 0.65},
            hovertemplate="digit %{customdata}: %{x:.3f}<extra></extra>",
            showlegend=False,
        )
        figure.add_scatter(
            x=[values.mean()],
            y=[name],
            error_x={"array": [values.std()], "color": "#8a8f98", "thickness": 3, "width": 9},
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 30, "color": "#8a8f98", "line": {"width": 3}},
            hovertemplate=f"mean %{{x:.3f}}, standard deviation {values.std():.3f}<extra></extra>",
            showlegend=False,
        )
    figure.update_layout(margin={"b": 48}, height=300)
    figure.update_yaxes(categoryorder="array", categoryarray=_STEPS[::-1], range=[-0.6, 2.6])
    return figure.update_xaxes(zeroline=True, zerolinecolor="#8a8f98")


def moving_average(
    batches: Floats, moving: Floats, known: float, what: Literal["mean", "variance"]
) -> go.Figure:
    """Return a unit's μ or σ² in each mini-batch, their moving average, and the value over all images."""
    title = "Moving mean" if what == "mean" else "Moving variance"
    figure = go.Figure(layout=layout(title, "mini-batches seen", what))
    figure.add_scatter(
        y=batches,
        x0=1,
        name="of each mini-batch",
        mode="markers",
        marker={"color": SERIES[0], "size": 4, "opacity": 0.45},
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        y=moving,
        x0=0,
        name="moving average",
        mode="lines",
        line={"color": SERIES[1], "width": 3},
        hovertemplate="%{y:.3f}",
    )
    figure.add_scatter(
        x=[0, len(batches)],
        y=[known, known],
        name="over all images",
        mode="lines",
        line={"color": SERIES[2], "width": 2, "dash": "dash"},
        hoverinfo="skip",
    )
    return figure


def bands(spread: Spread, layer: int, title: str, color: str, limits: tuple[float, float]) -> go.Figure:
    """Return the quantiles of what a layer's activation received over the steps: median and two bands."""
    figure = go.Figure(layout=layout(title, "training step", "what the activation receives"))
    values = spread.quantiles[:, layer].astype(np.float32)
    for low, high, opacity, name in _BANDS:
        edge = {"x": spread.steps, "mode": "lines", "line": {"width": 0}, "legendgroup": name}
        figure.add_scatter(**edge, y=values[:, low], showlegend=False, hoverinfo="skip")
        figure.add_scatter(
            **edge,
            y=values[:, high],
            name=name,
            fill="tonexty",
            fillcolor=_faint(color, opacity),
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=spread.steps,
        y=values[:, 2],
        customdata=values,
        name="median",
        mode="lines",
        line={"color": color, "width": 2.5},
        hovertemplate="%{y:.2f}; 90%% from %{customdata[0]:.2f} to %{customdata[4]:.2f}".replace("%%", "%"),
    )
    figure.update_yaxes(range=limits, zeroline=True, zerolinecolor="#8a8f98")
    return figure.update_xaxes(range=[0, STEPS])


def _faint(color: str, opacity: float) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"

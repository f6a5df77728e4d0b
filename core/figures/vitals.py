"""How the layers of a network fare while it trains: gradients, updates, weights and flat units by step."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.analysis.vitals import HEALTHY_UPDATES, QUANTILES, Vitals
from core.figures.style import BEST, TRAINING, VALIDATION, layout, mixed

_BAND = "rgba(47, 129, 214, {})"
_STEP = "step (one batch each)"


def gradients_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return the norm of each layer's gradient by step, both on logarithmic axes.

    Args:
        names: of the layers, in the order of `vitals.places`; so for all figures here.
    """
    return _lines("Size of the gradients", "norm", vitals, vitals.gradients, names, _LOG)


def updates_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return how much of its weights each step changed in each layer, beside what is healthy."""
    figure = _lines("Update in relation to weights", "share", vitals, vitals.updates, names, _LOG)
    low, high = HEALTHY_UPDATES
    figure.add_hrect(low, high, fillcolor=BEST, opacity=0.14, line_width=0, layer="below")
    return figure


def flat_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return the share of flat units by step, of the layers of which it is known."""
    axis = {"range": [-0.03, 1.03], "tickformat": ".0%"}
    return _lines("Dead or saturated units", "share of the units", vitals, vitals.flat, names, axis)


def weights_figure(vitals: Vitals, at: int, name: str) -> go.Figure:
    """Return the spread of one layer's weights by step: 90 %, the middle half, the median."""
    figure = _empty(f"Weights of {name}", "weight", f"weights.{at}")
    columns = [_shown(vitals.quantiles[:, at, number]) for number in range(len(QUANTILES))]
    for low, high, shade, told in ((0, 4, 0.2, "5 – 95 %"), (1, 3, 0.4, "25 – 75 %")):
        edge = {"x": vitals.steps, "mode": "lines", "line": {"width": 0}, "hovertemplate": "%{y:.3~g}"}
        figure.add_scatter(y=columns[low], name=told, showlegend=False, **edge)
        filled = {"fill": "tonexty", "fillcolor": _BAND.format(shade)}
        figure.add_scatter(y=columns[high], name=told, **filled, **edge)
    middle = {"color": TRAINING, "width": 2}
    figure.add_scatter(x=vitals.steps, y=columns[2], name="median", mode="lines+markers", line=middle)
    return figure


_LOG = {"type": "log", "exponentformat": "power", "dtick": 1}


def _lines(
    title: str,
    y: str,
    vitals: Vitals,
    values: NDArray[np.float32],
    names: Sequence[str],
    axis: dict[str, Any],
) -> go.Figure:
    """Return one line for each layer with a number, from blue at the input to orange at the output."""
    figure = _empty(title, y, title)
    for at, name in enumerate(names):
        share = at / max(1, len(names) - 1)
        column = _shown(values[:, at], positive=axis.get("type") == "log")
        if np.isfinite(column).any():
            figure.add_scatter(
                x=vitals.steps,
                y=column,
                name=name,
                mode="lines+markers",
                line={"color": mixed(TRAINING, VALIDATION, share), "width": 2},
                marker={"size": 5},
                hovertemplate="%{y:.2~g}",
            )
    return figure.update_yaxes(**axis)


def _empty(title: str, y: str, view: str) -> go.Figure:
    figure = go.Figure(layout=layout(title, _STEP, y, uirevision=view))
    return figure.update_xaxes(type="log", dtick=1)


def _shown(values: NDArray[np.float32], positive: bool = False) -> NDArray[np.float32]:
    """Return values with a gap where there is no number, or none that the axis has."""
    shown = np.isfinite(values) & ((values > 0) if positive else True)
    return np.where(shown, values, np.nan).astype(np.float32)

"""How the layers of a network fare while it trains: gradients, updates, weights and flat units by step."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.analysis.vitals import HEALTHY_UPDATES, Floats, Vitals
from core.figures.style import BEST, TRAINING, VALIDATION, layout, logarithmic, mixed

_BAND = "rgba(47, 129, 214, {})"


def gradients_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return the norm of each layer's gradient by step, both on logarithmic axes.

    Args:
        names: of the layers, in the order of `vitals.places`; so for all figures here.
    """
    return _logarithmic("Size of the gradients", "norm", vitals, vitals.gradients, names)


def updates_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return how much of its weights each step changed in each layer, beside what is healthy."""
    figure = _logarithmic("Update in relation to weights", "share", vitals, vitals.updates, names)
    low, high = HEALTHY_UPDATES
    return figure.add_hrect(low, high, fillcolor=BEST, opacity=0.14, line_width=0, layer="below")


def flat_figure(vitals: Vitals, names: Sequence[str]) -> go.Figure:
    """Return the share of flat units by step, of the layers of which it is known."""
    figure = _lines("Dead or saturated units", "share of the units", vitals, vitals.flat, names)
    return figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")


def weights_figure(vitals: Vitals, at: int, name: str) -> go.Figure:
    """Return the spread of one layer's weights by step: 90%, the middle half, the median.

    Args:
        at: the layer, as a place in `vitals.places`.
    """
    figure = _empty(f"Weights of {name}", "weight", vitals, f"weights.{at}")
    low, first, middle, third, high = (_shown(column) for column in vitals.quantiles[:, at].T)
    edge = {"x": vitals.steps, "mode": "lines", "line": {"width": 0}, "hovertemplate": "%{y:.3~g}"}
    for band, bottom, top, shade in (("5 – 95%", low, high, 0.2), ("25 – 75%", first, third, 0.4)):
        figure.add_scatter(y=bottom, name=band, showlegend=False, **edge)
        filled = {"fill": "tonexty", "fillcolor": _BAND.format(shade)}
        figure.add_scatter(y=top, name=band, **filled, **edge)
    look = {"mode": "lines+markers", "line": {"color": TRAINING, "width": 2}}
    return figure.add_scatter(x=vitals.steps, y=middle, name="median", hovertemplate="%{y:.3~g}", **look)


def _logarithmic(title: str, y: str, vitals: Vitals, values: Floats, names: Sequence[str]) -> go.Figure:
    """Return lines on a logarithmic axis, with gaps where there is nothing."""
    figure = _lines(title, y, vitals, np.where(values > 0, values, np.float32(np.nan)), names)
    return figure.update_yaxes(**logarithmic(values.ravel()), exponentformat="power")


def _lines(title: str, y: str, vitals: Vitals, values: Floats, names: Sequence[str]) -> go.Figure:
    """Return one line for each layer with a number, from blue at the input to orange at the output."""
    figure = _empty(title, y, vitals, title)
    for at, name in enumerate(names):
        column, share = _shown(values[:, at]), at / max(1, len(names) - 1)
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
    return figure


def _empty(title: str, y: str, vitals: Vitals, view: str) -> go.Figure:
    figure = go.Figure(layout=layout(title, "step (one batch each)", y, uirevision=view))
    return figure.update_xaxes(**logarithmic(vitals.steps))


def _shown(values: Floats) -> Floats:
    """Return values with a gap where there is no finite number."""
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)

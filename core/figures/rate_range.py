"""The loss while the learning rate rises, with the rates that are worth trying."""

import numpy as np
import plotly.graph_objects as go

from core.analysis.rate_range import START, RateSweep, Suggestion, smoothed
from core.figures.style import BEST, TRAINING, layout

ABOVE = 1.3
"""The loss axis ends at so many times the start: what explodes leaves the picture."""


def rate_figure(sweep: RateSweep, found: Suggestion | None, rate: float) -> go.Figure:
    """Return the loss of each batch and its smoothed course over the rate, the suggested range shaded.

    Args:
        rate: the learning rate as it is set now.
    """
    figure = go.Figure(layout=layout("Loss while the rate rises", "learning rate", "loss", height=320))
    losses = sweep.losses
    figure.add_scatter(
        x=sweep.rates,
        y=losses,
        name="each batch",
        mode="markers",
        marker={"color": TRAINING, "size": 5, "opacity": 0.45},
        hovertemplate="%{y:.3f} at %{x:.2~g}",
    )
    if len(losses):
        figure.add_scatter(
            x=sweep.rates,
            y=smoothed(losses),
            name="smoothed",
            mode="lines",
            line={"color": TRAINING, "width": 2.5},
            hovertemplate="%{y:.3f}",
        )
        figure.update_yaxes(range=[0, ABOVE * float(losses[:START].mean())])
    if found:
        figure.add_vrect(found.low, found.high, fillcolor=BEST, opacity=0.2, line_width=0)
        figure.add_vline(found.taken, line={"color": BEST, "width": 2})
    figure.add_vline(rate, line={"color": "#8a8f98", "width": 1.5, "dash": "dot"})
    ends = [rate, *sweep.rates[[0, -1]]] if len(losses) else [rate / 100, 10.0]
    figure.update_xaxes(type="log", range=[float(np.log10(min(ends))), float(np.log10(max(ends)))], dtick=1)
    figure.update_xaxes(exponentformat="power")
    return figure

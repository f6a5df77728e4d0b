"""Logits to probabilities, the loss, and the gradients."""

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.pixels import pixels
from core.figures.style import BEST, TRAINING, VALIDATION, layout

Floats = NDArray[np.floating]
_DIGITS = list(range(10))


def probability_bars(probabilities: Floats, label: int) -> go.Figure:
    """Return the probabilities (10,) as bars, that of the true digit in green, and the one-hot label."""
    figure = go.Figure(layout=layout("Probabilities p and label y", "digit", "probability"))
    colors = [BEST if digit == label else TRAINING for digit in _DIGITS]
    figure.add_bar(x=_DIGITS, y=probabilities, name="p", marker={"color": colors}, hovertemplate="%{y:.4f}")
    target = np.eye(10)[label]
    marker = {"symbol": "line-ew-open", "size": 22, "line": {"width": 3}, "color": VALIDATION}
    figure.add_scatter(x=_DIGITS, y=target, mode="markers", name="y (one-hot)", marker=marker)
    figure.update_xaxes(dtick=1, range=[-0.6, 9.6])
    return figure.update_yaxes(range=[0, 1.06], tickformat=".0%")


def loss_curve(probability: float) -> go.Figure:
    """Return −log p over p, with the true digit's probability marked."""
    figure = go.Figure(layout=layout("Loss = −log p of the true digit", "p of the true digit", "loss"))
    places = np.geomspace(1e-3, 1, 120)
    figure.add_scatter(x=places, y=-np.log(places), mode="lines", line={"color": TRAINING}, name="−log p")
    shown = max(probability, 1e-3)
    marker = {"size": 14, "color": BEST}
    figure.add_scatter(x=[shown], y=[-np.log(shown)], mode="markers", marker=marker, name="here")
    figure.update_traces(hovertemplate="%{y:.3f}")
    return figure.update_xaxes(range=[-0.02, 1.02])


def gradient_bars(gradients: dict[str, Floats]) -> go.Figure:
    """Return gradients by the logits (10,), by name of the loss, as bars around zero."""
    figure = go.Figure(layout=layout("Gradient by each logit", "digit", "∂L/∂z"))
    for color, (name, values) in zip((TRAINING, VALIDATION), gradients.items(), strict=False):
        figure.add_bar(x=_DIGITS, y=values, name=name, marker={"color": color}, hovertemplate="%{y:+.4f}")
    figure.update_xaxes(dtick=1)
    return figure.update_yaxes(range=[-1.08, 1.08], zeroline=True, zerolinecolor="#8a8f98")


def jacobian_map(jacobian: Floats) -> go.Figure:
    """Return ∂p_i/∂z_j (10, 10) as squares with their numbers, i down, j across."""
    figure = pixels(jacobian, "∂pᵢ/∂zⱼ", scale="signed", limits=(-0.25, 0.25), numbers=".2f", height=440)
    ticks = {"tickvals": _DIGITS, "showticklabels": True}
    figure.update_xaxes(**ticks, side="bottom", title="j, the logit")
    figure.update_yaxes(**ticks, title="i, the probability")
    return figure.update_layout(margin={"l": 52, "b": 52})

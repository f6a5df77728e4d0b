"""Activation functions, the gradients that pass them, the path of two weights, and dying units."""

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.concepts.activations import activate, derivative
from core.concepts.dying import STEPS, Death
from core.concepts.zigzag import GOAL, Path, surface
from core.figures.style import BEST, SERIES, SYMBOLS, VALIDATION, layout
from core.model.layers import ACTIVATION_NAMES, Activation

ENDS = 6.0
"""The functions are drawn from −6 to 6."""
_PLACES = np.linspace(-ENDS, ENDS, 241, dtype=np.float32)
COLORS = dict(zip(ACTIVATION_NAMES, SERIES, strict=False))
"""Activation → the colour it has in every figure."""
_SYMBOL = dict(zip(ACTIVATION_NAMES, SYMBOLS, strict=False))
_REACH = 2.7
_GRID = np.linspace(-_REACH, _REACH, 41)


def functions(kinds: Sequence[Activation], slope: float, x: float, *, derived: bool) -> go.Figure:
    """Return the activation functions, or their derivatives, with their values at x marked."""
    of, title = (derivative, "Derivative g′(x)") if derived else (activate, "Activation g(x)")
    figure = go.Figure(layout=layout(title, "x, the weighted sum", "g′(x)" if derived else "g(x)"))
    for kind in kinds:
        line = {"color": COLORS[kind], "width": 2.5}
        values = of(kind, _PLACES, slope)
        figure.add_scatter(
            x0=-ENDS,
            dx=2 * ENDS / (len(_PLACES) - 1),
            y=values,
            name=ACTIVATION_NAMES[kind],
            mode="lines",
            line=line,
            hovertemplate="%{y:.4f}",
        )
        at = float(of(kind, np.array([x]), slope)[0])
        figure.add_scatter(
            x=[x], y=[at], mode="markers", marker=_marker(kind), showlegend=False, hoverinfo="skip"
        )
    figure.add_vline(x=x, line={"dash": "dot", "width": 1.5, "color": "#8a8f98"})
    figure.update_xaxes(range=[-ENDS, ENDS], zeroline=True, zerolinecolor="#8a8f98", hoverformat=".2f")
    figure.update_yaxes(range=[-0.25, 1.25] if derived else [-1.5, 3], zeroline=True, zerolinecolor="#8a8f98")
    return figure


def _marker(kind: Activation) -> dict[str, object]:
    return {"color": COLORS[kind], "symbol": _SYMBOL[kind], "size": 10}


def gradient_lines(norms: Mapping[Activation, NDArray[np.float64]]) -> go.Figure:
    """Return the norm of the gradient by each layer's weights, from that which reads the image to softmax."""
    figure = go.Figure(
        layout=layout("Gradient of each layer's weights", "layer (1 reads the image)", "norm of the gradient")
    )
    for kind, values in norms.items():
        figure.add_scatter(
            x=np.arange(1, len(values) + 1),
            y=values,
            name=ACTIVATION_NAMES[kind],
            mode="lines+markers",
            line={"color": COLORS[kind], "width": 2},
            marker=_marker(kind) | {"size": 8},
            hovertemplate="%{y:.2e}",
        )
    figure.update_yaxes(type="log", exponentformat="power", dtick=_decades(list(norms.values())))
    last = max((len(values) for values in norms.values()), default=1)
    figure.update_xaxes(dtick=1 if last <= 11 else 2, range=[0.5, last + 0.5])
    return figure


def _decades(lines: Sequence[NDArray[np.float64]]) -> int:
    """Return how many powers of ten lie between two labels, at most eight labels."""
    places = np.log10(np.concatenate([line[line > 0] for line in lines] or [np.ones(1)]))
    return int(np.ceil((np.ptp(places) + 1) / 8)) if places.size else 1


def zigzag(path: Path, inputs: NDArray[np.float64], title: str, color: str) -> go.Figure:
    """Return the path of two weights (n, 2) over the loss, whose minimum is marked."""
    places = np.stack(np.meshgrid(_GRID, _GRID), axis=-1)
    figure = go.Figure(layout=layout(title, "weight 1", "weight 2", hovermode="closest", height=440))
    figure.add_contour(
        x0=-_REACH,
        dx=_GRID[1] - _GRID[0],
        y0=-_REACH,
        dy=_GRID[1] - _GRID[0],
        z=np.sqrt(surface(inputs, places)).astype(np.float32),
        colorscale=[[0, "#2f81d6"], [1, "#c4d7ea"]],
        contours={"coloring": "lines"},
        ncontours=14,
        line={"width": 1},
        showscale=False,
        hoverinfo="skip",
    )
    steps = np.arange(len(path.weights))
    figure.add_scatter(
        x=path.weights[:, 0],
        y=path.weights[:, 1],
        customdata=steps,
        name="the weights, step by step",
        mode="lines+markers",
        line={"color": color, "width": 2},
        marker={"size": 5},
        hovertemplate="after step %{customdata}: (%{x:.2f}, %{y:.2f})<extra></extra>",
    )
    _mark(figure, path.weights[0], "start", VALIDATION, "square")
    _mark(figure, GOAL, "no error here", BEST, "star")
    square = {"range": [-_REACH, _REACH], "constrain": "domain", "dtick": 1}
    figure.update_xaxes(**square)
    return figure.update_yaxes(scaleanchor="x", **square)


def _mark(figure: go.Figure, place: NDArray[np.float64], name: str, color: str, symbol: str) -> None:
    marker = {"color": color, "symbol": symbol, "size": 13, "line": {"width": 1, "color": "white"}}
    figure.add_scatter(x=[place[0]], y=[place[1]], name=name, mode="markers", marker=marker, hoverinfo="name")


def off_units(deaths: Mapping[Activation, Death]) -> go.Figure:
    """Return the share of hidden units whose weighted sum is negative for every image, over the steps."""
    figure = go.Figure(
        layout=layout("Units that no image turns on", "training step", "share of hidden units")
    )
    for kind, death in deaths.items():
        name = "ReLU: dead" if kind == "relu" else f"{ACTIVATION_NAMES[kind]}: off, but learning"
        figure.add_scatter(
            x=death.steps,
            y=death.off,
            name=name,
            mode="lines+markers",
            line={"color": COLORS[kind], "width": 2},
            marker=_marker(kind) | {"size": 7},
            hovertemplate="%{y:.0%}",
        )
    figure.update_xaxes(range=[-2, STEPS + 2])
    return figure.update_yaxes(range=[-0.03, 1.03], tickformat=".0%")

"""Paths of optimizers on a surface seen from above, with a play button; their losses beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from core.concepts.descent import Path
from core.concepts.surfaces import Floats, Point, Surface
from core.figures.film import TITLE_ON_TOP, play_buttons
from core.figures.style import BEST, SERIES, SYMBOLS, layout
from core.model.optimizers import OPTIMIZER_NAMES

LOWEST = 1e-6
"""Losses below this are drawn at the foot of the chart, and are one colour on the surface."""
HEIGHT, MARGIN = 546, {"t": 84, "b": 116}
"""Two rows of legend, the axis' title and its ticks have room below, in the larger type of slides too."""
FRAMES = 60
FRAME_TIME = 70
"""Milliseconds for which each of the `FRAMES` of the film stands."""
_GROUND = [[0, BEST], [0.5, "#8fae9f"], [1, "#b4b9c0"]]
"""Of the contours: green where the surface is low, grey where it is high, on either theme."""
_COLORS = dict(zip(OPTIMIZER_NAMES, SERIES, strict=False))
_SYMBOLS = dict(zip(OPTIMIZER_NAMES, SYMBOLS, strict=False))
_LETTERS = "ABC"


def paths_figure(
    surface: Surface, grid: tuple[Floats, Floats, Floats], start: Point, paths: Mapping[str, Path]
) -> go.Figure:
    """Return the surface from above with one path for each kind of optimizer, and a film of their heads.

    Args:
        grid: of the surface, as it gives it: x, y, values.
    """
    figure = go.Figure(layout=layout("Paths on the surface", "x", "y", hovermode="closest", height=HEIGHT))
    figure.add_trace(_contours(*grid))
    for kind, path in paths.items():
        figure.add_trace(_line(kind, path))
    figure.add_trace(_places(surface, start))
    figure.add_trace(_heads(paths, place=None))
    figure.frames = _film(paths, len(figure.data) - 1)
    for axis, number in (("xaxis", 0), ("yaxis", 1)):
        figure.update_layout(
            {axis: {"range": [surface.low[number], surface.high[number]], "showgrid": False}}
        )
    figure.update_layout(updatemenus=[play_buttons(FRAME_TIME, redraw=True)])
    return figure.update_layout(title=TITLE_ON_TOP, margin=MARGIN)


def losses_figure(paths: Mapping[str, Path], steps: int, top: float) -> go.Figure:
    """Return the loss of each path at each step, on a logarithmic axis from `LOWEST` to `top`."""
    figure = go.Figure(layout=layout("Loss at each step", "step", "J(x, y)", height=HEIGHT))
    for kind, path in paths.items():
        losses = path.losses[: path.lost] if path.lost else path.losses
        figure.add_scatter(
            y=np.maximum(losses, LOWEST).astype(np.float32),
            name=OPTIMIZER_NAMES[kind],
            mode="lines",
            line={"color": _COLORS[kind], "width": 2.5},
            hovertemplate="%{y:.3~g}",
        )
    figure.update_xaxes(range=[0, steps])
    figure.update_yaxes(type="log", range=[np.log10(LOWEST), np.log10(top)], dtick=1, exponentformat="power")
    return figure.update_layout(title=TITLE_ON_TOP, margin=MARGIN)


def _contours(x: Floats, y: Floats, values: Floats) -> go.Contour:
    """Draw levels a quarter of a power of ten apart: even ones would all lie on the steep walls."""
    logs = np.log10(np.maximum(values, LOWEST)).astype(np.float32)
    low, high = np.quantile(logs, (0.002, 1.0))
    return go.Contour(
        x=x.tolist(),
        y=y.tolist(),
        z=np.round(logs, 3).tolist(),  # a list: packed arrays vanish from contours while frames play
        contours={
            "start": np.floor(low * 4) / 4,
            "end": np.ceil(high * 4) / 4,
            "size": 0.25,
            "coloring": "lines",
        },
        colorscale=_GROUND,
        line={"width": 1},
        showscale=False,
        hoverinfo="skip",
        showlegend=False,
    )


def _line(kind: str, path: Path) -> go.Scatter:
    points = path.points.astype(np.float32)
    return go.Scatter(
        x=points[:, 0],
        y=points[:, 1],
        name=OPTIMIZER_NAMES[kind],
        mode="lines+markers",
        line={"color": _COLORS[kind], "width": 1.8},
        marker={"symbol": _SYMBOLS[kind], "size": 4},
        customdata=np.arange(len(points), dtype=np.int16),
        hovertemplate="step %{customdata}: (%{x:.3f}, %{y:.3f})",
    )


def _places(surface: Surface, start: Point) -> go.Scatter:
    """Draw the minima as stars and the starts by their letters, the chosen one in bold."""
    letters = [
        f"<b>{letter}</b>" if place == start else letter
        for letter, place in zip(_LETTERS, surface.starts, strict=True)
    ]
    return go.Scatter(
        x=[x for x, _ in (*surface.minima, *surface.starts)],
        y=[y for _, y in (*surface.minima, *surface.starts)],
        text=[*[""] * len(surface.minima), *letters],
        textposition=[*["top center"] * len(surface.minima), "top center", "bottom center", "top center"],
        textfont={"size": 15},
        mode="markers+text",
        marker={
            "symbol": [*["star"] * len(surface.minima), *["circle-open"] * len(letters)],
            "size": [*[15] * len(surface.minima), *[9] * len(letters)],
            "color": [*[BEST] * len(surface.minima), *["#8a8f98"] * len(letters)],
            "line": {"width": 1.5, "color": "white"},
        },
        hovertemplate="(%{x:.3~g}, %{y:.3~g})<extra></extra>",
        showlegend=False,
    )


def _heads(paths: Mapping[str, Path], place: int | None) -> go.Scatter:
    """Draw where each path is at a step: where it ended, if that was earlier or `place` is None."""
    at = [path.points[-1 if place is None else min(place, len(path.points) - 1)] for path in paths.values()]
    return go.Scatter(
        x=[_short(point[0]) for point in at],
        y=[_short(point[1]) for point in at],
        mode="markers",
        marker={
            "symbol": [_SYMBOLS[kind] for kind in paths],
            "color": [_COLORS[kind] for kind in paths],
            "size": 14,
            "line": {"width": 1.5, "color": "white"},
        },
        hoverinfo="skip",
        showlegend=False,
    )


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _film(paths: Mapping[str, Path], trace: int) -> list[go.Frame]:
    """Return frames that move the heads alone, at most `FRAMES` of them, named by their step."""
    last = max((len(path.points) for path in paths.values()), default=1) - 1
    places: Sequence[int] = np.unique(
        np.linspace(0, last, min(last + 1, FRAMES)).round().astype(int)
    ).tolist()
    return [go.Frame(name=str(place), traces=[trace], data=[_moved(paths, place)]) for place in places]


def _moved(paths: Mapping[str, Path], place: int) -> dict[str, Any]:
    heads = _heads(paths, place)
    return {"type": "scatter", "x": heads.x, "y": heads.y}

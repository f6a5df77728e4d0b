"""Colours and layout that all figures share: readable on light and dark, told apart by colour-blind eyes."""

import html
import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from core.names import isolated, shortened

TRAINING = "#2f81d6"
VALIDATION = "#e0701a"
BEST = "#1a9e77"
SERIES = (
    *("#2f81d6", "#e0701a", "#1a9e77", "#c73faf", "#b8a163", "#d12e46"),
    *("#27b2cd", "#928991", "#337744", "#776600", "#bb2277", "#776688"),
)
"""For runs side by side, in this order, at a lightness fit for both themes.

All lie 9 or more of CIEDE2000 apart, also to eyes that lack one kind of cone.
"""
SYMBOLS = (
    *("circle", "square", "diamond", "triangle-up", "triangle-down", "cross"),
    *("x", "star", "pentagon", "hexagon", "triangle-left", "triangle-right"),
)
"""Markers that go with the colours, for those who cannot tell all of them apart."""

_DECADES, _NARROW = 3, 0.9


def logarithmic(values: Iterable[float]) -> dict[str, Any]:
    """Return a logarithmic axis labelled in full (0.1, 0.2, 0.5, 1), or sparsely over many decades.

    Within less than a decade there may be one such label or none: there Plotly finds round numbers itself.
    """
    places = np.log10([value for value in values if value > 0 and math.isfinite(value)])
    span = np.ptp(places) if len(places) else 0.0
    if 0 < span < _NARROW or span > _DECADES:
        return {"type": "log"}
    return {"type": "log", "dtick": "D2", "minorloglabels": "complete"}


def plain(name: str) -> str:
    """Return a run's name as Plotly shows it letter by letter, a long one shortened in the middle."""
    return html.escape(isolated(shortened(name)), quote=False)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that lies at `share` of the way from one "#rrggbb" to another."""
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def layout(title: str, x: str, y: str, **more: Any) -> dict[str, Any]:
    """Return the common layout: a title, titled axes, one hover box, the legend below the plot."""
    return {
        "title": {"text": title, "font": {"size": 16}, "x": 0, "xanchor": "left"},
        "xaxis": {"title": {"text": x, "standoff": 6}, "zeroline": False},
        "yaxis": {"title": {"text": y}, "zeroline": False, "automargin": True},
        "hovermode": "x unified",
        "legend": {
            "orientation": "h",
            "tracegroupgap": 0,
            "yref": "container",
            "yanchor": "bottom",
            "y": 0,
            "xanchor": "left",
            "x": 0,
        },
        "margin": {"l": 64, "r": 12, "t": 44, "b": 100},
        "height": 360,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        **more,
    }

"""Accuracy against how much the images are disturbed, for several runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.analysis.intervals import wilson
from core.figures.overlay import Look
from core.figures.style import layout, plain


@dataclass(frozen=True)
class Endurance:
    """How many of `images` one run read right at each amount."""

    key: str
    name: str
    look: Look
    amounts: tuple[float, ...]
    right: tuple[int, ...]
    images: int


def robustness_figure(runs: Sequence[Endurance], unit: str) -> go.Figure:
    """Return one line a run, with 95% Wilson intervals."""
    figure = go.Figure(layout=layout("Accuracy on disturbed images", unit, "accuracy", height=420))
    figure.update_layout(meta={"highlight": True}, showlegend=True)
    for run in runs:
        shares = [right / run.images for right in run.right]
        ends = [wilson(share, run.images) for share in shares]
        figure.add_scatter(
            x=run.amounts,
            y=shares,
            error_y={
                "array": [high - share for share, (_, high) in zip(shares, ends, strict=True)],
                "arrayminus": [share - low for share, (low, _) in zip(shares, ends, strict=True)],
                "thickness": 1,
                "width": 3,
            },
            name=plain(run.name),
            meta=run.key,
            mode="lines+markers",
            line={"color": run.look.color, "width": 2},
            marker={"symbol": run.look.symbol, "size": 8},
            hovertemplate="%{y:.1%}",
        )
    return figure.update_yaxes(tickformat=".0%", range=[0, 1.04])

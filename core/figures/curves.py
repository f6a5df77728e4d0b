"""Training and validation curves, of one run or of several side by side."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go

from core.figures.style import BEST, SERIES, TRAINING, VALIDATION, layout
from core.runs.records import EpochPoint, History

Metric = Literal["loss", "accuracy"]
TITLES: dict[Metric, str] = {"loss": "Loss (cross-entropy)", "accuracy": "Accuracy"}


def curves(
    history: History, metric: Metric, batches: int, epochs: int, *, close_up: bool = False
) -> go.Figure:
    """Return the curves of one run over epochs, its best epoch marked.

    Args:
        history: may be empty; the figure then has its axes only.
        batches: training batches in one epoch, to place single batches between the epochs.
        epochs: where the horizontal axis ends, so that a living run shows how far it is.
        close_up: loss on a logarithmic axis, accuracy without the first epoch's low values.
    """
    figure = go.Figure(layout=layout(TITLES[metric], "epoch", metric, uirevision=f"{metric}.{close_up}"))
    steps = history.steps
    figure.add_scatter(
        x=(steps.step / max(1, batches)).astype(np.float32),
        y=getattr(steps, metric).astype(np.float32),
        name="batches",
        mode="lines",
        line={"color": TRAINING, "width": 1},
        opacity=0.55,
        hoverinfo="skip",
    )
    x = [point.step / max(1, batches) for point in history.epochs]
    for name, key, color in (("training", metric, TRAINING), ("validation", f"val_{metric}", VALIDATION)):
        y = [getattr(point, key) for point in history.epochs]
        figure.add_scatter(x=x, y=y, name=name, mode="lines+markers", line={"color": color, "width": 2.5})
    _mark_best(figure, history.best_epoch, metric, batches)
    figure.update_xaxes(range=[0, epochs * 1.02])
    figure.update_yaxes(**_y_axis(history, metric, close_up))
    return figure


def _y_axis(history: History, metric: Metric, close_up: bool) -> dict[str, Any]:
    if metric == "loss":
        return {"type": "log"} if close_up else {"type": "linear", "rangemode": "tozero"}
    later = [value for point in history.epochs[1:] for value in (point.accuracy, point.val_accuracy)]
    low = min(later) if close_up and later else 0.0
    return {"range": [low - 0.05 * (1 - low), 1 + 0.05 * (1 - low)], "tickformat": ".4~%"}


def _mark_best(figure: go.Figure, best: EpochPoint | None, metric: Metric, batches: int) -> None:
    shown = best is not None
    figure.add_scatter(
        x=[best.step / max(1, batches)] if best else [],
        y=[getattr(best, f"val_{metric}")] if best else [],
        name=f"best: epoch {best.epoch}" if best else "best epoch",
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": BEST, "line": {"width": 1, "color": "white"}},
        showlegend=shown,
    )


def overlaid(runs: Sequence[tuple[str, History]], metric: Metric) -> go.Figure:
    """Return the epoch curves of several runs in one figure: validation solid, training dotted.

    Args:
        runs: (name, history) pairs; a run's colour follows from its place. The legend has one entry a run,
            which hides and shows both of its curves.
    """
    figure = go.Figure(layout=layout(TITLES[metric], "epoch", metric, height=420))
    for place, (name, history) in enumerate(runs):
        color = SERIES[place % len(SERIES)]
        x = [point.epoch for point in history.epochs]
        for key, dash, part in ((f"val_{metric}", "solid", "validation"), (metric, "dot", "training")):
            figure.add_scatter(
                x=x,
                y=[getattr(point, key) for point in history.epochs],
                name=name,
                legendgroup=str(place),
                showlegend=dash == "solid",
                hovertemplate=f"%{{y}} {part}",
                mode="lines+markers" if dash == "solid" else "lines",
                line={"color": color, "width": 2, "dash": dash},
            )
    figure.update_yaxes(tickformat=".4~%" if metric == "accuracy" else None, rangemode="tozero")
    return figure

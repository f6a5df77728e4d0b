"""Training and validation curves of one run."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.style import BEST, TRAINING, VALIDATION, layout
from core.runs.records import EpochPoint, History

Metric = Literal["loss", "accuracy"]
_MARK = "#8a8f98"
TITLES: dict[Metric, str] = {"loss": "Loss (cross-entropy)", "accuracy": "Accuracy"}


def curves(
    history: History,
    metric: Metric,
    ends: Sequence[int],
    epochs: int,
    *,
    close_up: bool = False,
    mark: tuple[int, str] | None = None,
    continued: Sequence[int] = (),
) -> go.Figure:
    """Return the curves of one run over epochs, its best epoch marked.

    Args:
        history: may be empty; the figure then has its axes only.
        ends: the batches done before the first epoch and at the end of each (`core.model.course`), to place
            single batches between the epochs.
        epochs: where the horizontal axis ends, so that a living run shows how far it is.
        close_up: loss on a logarithmic axis, accuracy without the first epoch's low values.
        mark: an epoch and what is seen there, shown as a dotted line.
        continued: the epochs after which the run was continued, each a dashed line with its label.
    """
    figure = go.Figure(layout=layout(TITLES[metric], "epoch", metric, uirevision=f"{metric}.{close_up}"))
    steps = history.steps
    figure.add_scatter(
        x=_place(steps.step, ends).astype(np.float32),
        y=getattr(steps, metric).astype(np.float32),
        name="batches",
        mode="lines",
        line={"color": TRAINING, "width": 1},
        opacity=0.55,
        hoverinfo="skip",
    )
    x = _place([point.step for point in history.epochs], ends).tolist()
    for name, key, color in (("training", metric, TRAINING), ("validation", f"val_{metric}", VALIDATION)):
        y = [getattr(point, key) for point in history.epochs]
        figure.add_scatter(x=x, y=y, name=name, mode="lines+markers", line={"color": color, "width": 2.5})
    _mark_best(figure, history.best_epoch, metric, ends)
    for after in continued:
        side = f"{'bottom' if metric == 'accuracy' else 'top'} {'left' if after > 0.7 * epochs else 'right'}"
        line = {"dash": "dash", "width": 1, "color": _MARK}
        figure.add_vline(x=after, line=line, annotation_text="continued", annotation_position=side)
    if mark:
        _mark_epoch(figure, *mark, late=mark[0] > epochs / 2, low=metric == "accuracy")
    figure.update_xaxes(range=[0, epochs * 1.02])
    figure.update_yaxes(**_y_axis(history, metric, close_up))
    return figure


def _place(steps: Sequence[int] | NDArray[np.int64], ends: Sequence[int]) -> NDArray[np.float64]:
    """Return where steps lie on the axis of epochs."""
    places: NDArray[np.float64] = np.interp(steps, ends, np.arange(len(ends)))
    return places


def _y_axis(history: History, metric: Metric, close_up: bool) -> dict[str, Any]:
    if metric == "loss":
        return {"type": "log"} if close_up else {"type": "linear", "rangemode": "tozero"}
    later = [value for point in history.epochs[1:] for value in (point.accuracy, point.val_accuracy)]
    low = min(later) if close_up and later else 0.0
    return {"range": [low - 0.05 * (1 - low), 1 + 0.05 * (1 - low)], "tickformat": ".4~%"}


def _mark_best(figure: go.Figure, best: EpochPoint | None, metric: Metric, ends: Sequence[int]) -> None:
    shown = best is not None
    figure.add_scatter(
        x=_place([best.step], ends).tolist() if best else [],
        y=[getattr(best, f"val_{metric}")] if best else [],
        name=f"best: epoch {best.epoch}" if best else "best epoch",
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": BEST, "line": {"width": 1, "color": "white"}},
        showlegend=shown,
    )


def _mark_epoch(figure: go.Figure, epoch: int, text: str, late: bool, low: bool) -> None:
    """Draw a dotted line at an epoch; its label stands where curves leave room: left of a late one, at
    the foot of accuracies."""
    figure.add_vline(x=epoch, line={"dash": "dot", "width": 1.5, "color": _MARK})
    figure.add_annotation(
        x=epoch,
        y=0 if low else 1,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor="right" if late else "left",
        yanchor="bottom" if low else "top",
        xshift=-4 if late else 4,
        font={"size": 12},
    )

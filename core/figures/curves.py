"""Training and validation curves of one run."""

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.style import BEST, TRAINING, VALIDATION, layout, logarithmic
from core.model.specs import KeptEpoch
from core.runs.records import History, kept_epoch

Metric = Literal["loss", "accuracy"]
METRICS: tuple[Metric, Metric] = ("loss", "accuracy")
_MARK = "#8a8f98"
_NAMES: dict[KeptEpoch, str] = {"best": "best", "last": "kept"}
"""What the kept epoch is called in the legend."""
TITLES: dict[Metric, str] = {"loss": "Loss (cross-entropy)", "accuracy": "Accuracy"}


Parts = dict[str, Any]
"""A figure's traces under "data" and its "layout", as values that Plotly has not looked through."""


def curves(*what: Any, **how: Any) -> go.Figure:
    """Return the curves of one run as a figure; the arguments are those of `curve_parts`."""
    parts = curve_parts(*what, **how)
    return go.Figure(parts["data"], parts["layout"])


def curve_parts(
    history: History,
    metric: Metric,
    ends: Sequence[int],
    epochs: int,
    *,
    log: bool = False,
    close_up: bool = False,
    mark: tuple[int, str] | None = None,
    continued: Sequence[int] = (),
    kept: KeptEpoch = "best",
) -> Parts:
    """Return the curves of one run over epochs, the one whose weights it keeps marked.

    To make a figure of it takes ten times as long, so what is drawn each second is sent as it is.

    Args:
        history: may be empty; the figure then has its axes only.
        ends: the batches done before the first epoch and at the end of each (`core.model.course`), to place
            single batches between the epochs.
        epochs: where the horizontal axis ends, so that a living run shows how far it is.
        log: logarithmic vertical axis, for the loss.
        close_up: only the range of the later validation values (`late_range`).
        mark: an epoch and what is seen there, shown as a dotted line.
        continued: the epochs after which the run was continued, each a dashed line with its label.
        kept: which epoch's weights the run keeps.
    """
    log = log and metric == "loss"
    view = f"{metric}.{log}.{close_up}"
    traces = [*_lines(history, metric, ends), _kept(history, kept, metric, ends)]
    look = layout(TITLES[metric], "epoch", metric, uirevision=view)
    # Another end would be mixed with a zoom: Plotly keeps the two ends of a range one by one.
    look["xaxis"] |= {"range": [0, epochs * 1.02], "uirevision": f"{view}.{epochs}"}
    drawn = (value for trace in traces for value in trace["y"])
    look["yaxis"] |= logarithmic(drawn) if log else _whole(metric)
    if close_up and (limits := late_range([history], metric)):
        look["yaxis"]["range"] = np.log10(limits).tolist() if log else limits
    low = metric == "accuracy"
    marks = [_epoch(*mark, mark[0] > epochs / 2, low)] if mark else []
    marks += _restarts(continued, epochs, low)
    if marks:
        look |= {"shapes": [line for line, _ in marks], "annotations": [label for _, label in marks]}
    return {"data": traces, "layout": look}


def _lines(history: History, metric: Metric, ends: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the traces of batches, training and validation."""
    steps = history.steps
    yield {
        "type": "scatter",
        "x": _place(steps.step, ends).astype(np.float32),
        "y": getattr(steps, metric).astype(np.float32),
        "name": "batches",
        "mode": "lines",
        "line": {"color": TRAINING, "width": 1},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }
    x = _place([point.step for point in history.epochs], ends).astype(np.float32)
    for name, key, color in (("training", metric, TRAINING), ("validation", f"val_{metric}", VALIDATION)):
        y = np.array([getattr(point, key) for point in history.epochs], np.float32)
        look = {"mode": "lines+markers", "line": {"color": color, "width": 2.5}}
        yield {"type": "scatter", "x": x, "y": y, "name": name, **look}


def _place(steps: Sequence[int] | NDArray[np.int64], ends: Sequence[int]) -> NDArray[np.float64]:
    """Return where steps lie on the axis of epochs."""
    places: NDArray[np.float64] = np.interp(steps, ends, np.arange(len(ends)))
    return places


def late_range(histories: Iterable[History], metric: Metric) -> list[float] | None:
    """Return lowest and highest value in the second halves of the validation curves, with a little air.

    That is a close-up: what differs little can be told apart there. None where there is nothing to show yet.
    """
    halves = (
        [getattr(point, f"val_{metric}") for point in history.epochs[len(history.epochs) // 2 :]]
        for history in histories
    )
    late = np.concatenate([np.empty(0), *halves])
    late = late[np.isfinite(late) & (late > 0)]
    if not len(late):
        return None
    low, high = float(late.min()), float(late.max())
    air = 0.08 * (high - low) or 0.01 * abs(high) or 0.01
    return [low - air if low > air else low / 2, high + air]


def _whole(metric: Metric) -> dict[str, Any]:
    """Return a vertical axis from 0 on; accuracies up to 1."""
    if metric == "loss":
        return {"type": "linear", "rangemode": "tozero"}
    return {"range": [-0.05, 1.05], "tickformat": ".4~%"}


def _kept(history: History, kept: KeptEpoch, metric: Metric, ends: Sequence[int]) -> dict[str, Any]:
    """Return the trace of the epoch whose weights are kept."""
    point = kept_epoch(history.epochs, kept)
    return {
        "type": "scatter",
        "x": _place([point.step], ends).tolist() if point else [],
        "y": [getattr(point, f"val_{metric}")] if point else [],
        "name": f"{_NAMES[kept]}: epoch {point.epoch}" if point else f"{_NAMES[kept]} epoch",
        "mode": "markers",
        "marker": {"symbol": "star", "size": 14, "color": BEST, "line": {"width": 1, "color": "white"}},
        "showlegend": point is not None,
    }


NAME_SHARE = 0.25
"""What share of a chart's width the name of a line needs, on a phone."""
Mark = tuple[dict[str, Any], dict[str, Any]]
"""A line across the figure, and its label, which stands where curves leave room: left of a late one, at the
foot of accuracies."""


def _epoch(epoch: int, text: str, late: bool, low: bool) -> Mark:
    """Return a dotted line at an epoch."""
    line = {"dash": "dot", "width": 1.5, "color": _MARK}
    more = {"yref": "paper", "xshift": -4 if late else 4, "font": {"size": 12}}
    return _across(epoch, line), _label(epoch, text, late, low) | more


def _restarts(continued: Sequence[int], epochs: int, low: bool) -> Iterator[Mark]:
    """Yield a dashed line where a run was continued; one too close to the last that is named has no name."""
    line, named = {"dash": "dash", "width": 1, "color": _MARK}, -math.inf
    for after in continued:
        has_room = after - named > NAME_SHARE * epochs
        named = after if has_room else named
        label = _label(after, "continued", after > 0.7 * epochs, low)
        yield _across(after, line), label | {"xref": "x", "yref": "y domain", "visible": has_room}


def _across(epoch: int, line: dict[str, Any]) -> dict[str, Any]:
    place = {"x0": epoch, "x1": epoch, "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
    return {"type": "line", "line": line, **place}


def _label(epoch: int, text: str, late: bool, low: bool) -> dict[str, Any]:
    return {
        "x": epoch,
        "y": 0 if low else 1,
        "text": text,
        "showarrow": False,
        "xanchor": "right" if late else "left",
        "yanchor": "bottom" if low else "top",
    }

"""Curves of several runs in one figure: by epoch, step or time, smoothed, on a logarithmic axis, as bands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.figures.curves import TITLES, Metric, late_range
from core.figures.style import SERIES, SYMBOLS, layout, logarithmic, plain
from core.runs.records import History, Run

Floats = NDArray[np.float64]
Axis = Literal["epoch", "step", "seconds"]
NUMBER: dict[Metric, str] = {"loss": ".4f", "accuracy": ".2%"}
AXES: dict[Axis, str] = {"epoch": "epoch", "step": "step (batches)", "seconds": "training time (seconds)"}


FAINT = 0.4
"""Opacity of a raw curve behind its smoothed one: to be seen on a projector, but not mistaken for it."""


@dataclass(frozen=True)
class Look:
    """How a run is told from others, in every figure."""

    color: str
    symbol: str


def look_at(place: int) -> Look:
    """Return the look at a place, counted from 0: colours that come again do so with other markers."""
    again, at = divmod(place, len(SERIES))
    return Look(SERIES[at], SYMBOLS[(at + again) % len(SYMBOLS)])


def looks(runs: Iterable[Run]) -> dict[str, Look]:
    """Return a look for each run (by id) that does not depend on the order, nor on which are left out.

    It follows from the run's number; where two numbers meet, the later run takes the next free one.
    """
    taken: dict[int, str] = {}
    for run in sorted(runs, key=lambda run: (run.number or 0, run.created_at)):
        place = ((run.number or int(run.id, 16)) - 1) % len(SERIES)
        while place in taken and len(taken) < len(SERIES):
            place = (place + 1) % len(SERIES)
        taken[place] = run.id
    return {run_id: look_at(place) for place, run_id in taken.items()}


@dataclass(frozen=True)
class Curve:
    """One run (or the mean of repeats) to be drawn.

    Attributes:
        key: what its traces are called when it is highlighted: the run's id.
        histories: one; several for repeats over seeds.
    """

    key: str
    name: str
    look: Look
    histories: tuple[History, ...]


def overlay(
    curves: Sequence[Curve],
    metric: Metric,
    axis: Axis = "epoch",
    smoothing: float = 0.0,
    log: bool = False,
    close_up: bool = False,
) -> go.Figure:
    """Return validation (solid) and training (dotted) of several runs.

    Args:
        smoothing: weight of the past in an exponential moving average, 0 to below 1; the raw trace stays
            faint behind. As in TensorBoard it is debiased, so that it starts at the first value.
        log: logarithmic vertical axis, for the loss.
        close_up: only the range of the later validation values (`late_range`), where good runs differ.
    """
    log = log and metric == "loss"
    view = f"{metric}.{axis}.{log}.{close_up}"
    figure = go.Figure(layout=layout(TITLES[metric], AXES[axis], metric, height=420, uirevision=view))
    figure.update_layout(meta={"hovergroup": f"overlay.{axis}"}, hoverdistance=-1)
    for curve in curves:
        for part, dash in (("training", "dot"), ("validation", "solid")):
            if len(curve.histories) > 1:
                _band(figure, curve, metric, part, axis, smoothing)
            else:
                _line(figure, curve, metric, part, axis, smoothing, dash)
    number = ".4~%" if metric == "accuracy" else None
    drawn = (value for trace in figure.data for value in trace.y)
    figure.update_yaxes(tickformat=number, **(logarithmic(drawn) if log else {}))
    histories = (history for curve in curves for history in curve.histories)
    if close_up and (limits := late_range(histories, metric)):
        figure.update_yaxes(range=np.log10(limits).tolist() if log else limits)
    return figure


def smoothed(values: Floats, weight: float) -> Floats:
    """Return the exponential moving average that gives the past `weight`, debiased; NaN are passed over."""
    means: Floats = pd.Series(values).ewm(alpha=1 - weight, adjust=True).mean().to_numpy(np.float64)
    return means


def _line(
    figure: go.Figure, curve: Curve, metric: Metric, part: str, axis: Axis, smoothing: float, dash: str
) -> None:
    x, y = _points(curve.histories[0], metric, part, axis)
    style = {"color": curve.look.color, "width": 2, "dash": dash}
    if smoothing:
        _raw(figure, x, y, style, curve)
    figure.add_scatter(
        x=x,
        y=smoothed(y, smoothing) if smoothing else y,
        name=plain(curve.name),
        hovertemplate=f"%{{y:{NUMBER[metric]}}} {part}",
        mode="lines+markers" if part == "validation" and len(x) <= 60 else "lines",
        marker={"symbol": curve.look.symbol, "size": 7},
        line=style,
        **_belongs(curve, in_legend=part == "validation"),
    )


def _belongs(curve: Curve, in_legend: bool = False) -> dict[str, object]:
    """Return what ties a trace to its run: legend entry and highlight."""
    return {"legendgroup": curve.key, "showlegend": in_legend, "meta": curve.key}


def _points(history: History, metric: Metric, part: str, axis: Axis) -> tuple[Floats, Floats]:
    """Return x and y of one curve; training batches singly where the axis counts them."""
    if part == "training" and axis == "step" and len(history.steps.step):
        return history.steps.step.astype(np.float64), getattr(history.steps, metric)
    key = metric if part == "training" else f"val_{metric}"
    return _column(history, axis), _column(history, key)


def _column(history: History, key: str) -> Floats:
    return np.array([getattr(point, key) for point in history.epochs], np.float64)


def _band(figure: go.Figure, curve: Curve, metric: Metric, part: str, axis: Axis, smoothing: float) -> None:
    """Draw the mean over repeats, and for validation the range from the lowest to the highest of them.

    Where it is smoothed, so are both; the mean as it was stays faint behind.

    A repeat that ended earlier, or still trains, counts as far as it goes; the curve ends where only one
    is left, since the range of one would look like certainty.
    """
    key = metric if part == "training" else f"val_{metric}"
    x, y = (_table(curve.histories, name) for name in (axis, key))
    reached = y.count()
    if not len(reached):
        return
    shown = reached >= min(2, reached.max())
    place, raw = x.mean()[shown], y.mean()[shown]
    mean, low, high = (
        smoothed(column.to_numpy(np.float64), smoothing) if smoothing else column
        for column in (raw, y.min()[shown], y.max()[shown])
    )
    line = {"color": curve.look.color, "width": 2, "dash": "solid" if part == "validation" else "dot"}
    if smoothing:
        _raw(figure, place, raw, line, curve)
    if part == "validation":
        edges = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"} | _belongs(curve)
        figure.add_scatter(x=place, y=high, **edges)
        figure.add_scatter(x=place, y=low, fill="tonexty", fillcolor=_faint(curve.look.color), **edges)
    figure.add_scatter(
        x=place,
        y=mean,
        customdata=reached[shown],
        name=plain(curve.name),
        hovertemplate=f"%{{y:{NUMBER[metric]}}} {part}, mean of %{{customdata}}",
        mode="lines",
        line=line,
        **_belongs(curve, in_legend=part == "validation"),
    )


def _raw(figure: go.Figure, x: Any, y: Any, line: dict[str, Any], curve: Curve) -> None:
    """Draw what was measured, faint, behind its smoothed curve."""
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line=line | {"width": 1},
        opacity=FAINT,
        hoverinfo="skip",
        **_belongs(curve),
    )


def _table(histories: Sequence[History], key: str) -> Any:
    """Return epochs as rows, grouped so that `mean`, `max`, … go over the repeats that reached them."""
    values = [pd.Series(_column(history, key)) for history in histories if history.epochs]
    return pd.concat(values).groupby(level=0) if values else pd.Series(dtype=float).groupby(level=0)


def _faint(color: str) -> str:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, 0.2)"

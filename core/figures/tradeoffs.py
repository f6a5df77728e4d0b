"""What accuracy costs, and which settings go with it: scatter with Pareto front, parallel coordinates."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.analysis.intervals import wilson
from core.analysis.pareto import pareto_front
from core.figures.overlay import Look
from core.figures.style import BEST, layout, logarithmic, plain
from core.runs.records import Run


@dataclass(frozen=True)
class Dot:
    """One run in a scatter: what it costs, its accuracy and the 95% interval of that, as shares."""

    key: str
    name: str
    look: Look
    parameters: int
    seconds: float
    accuracy: float
    low: float
    high: float


def dots(runs: Sequence[Run], names: Sequence[str], look: Mapping[str, Look]) -> list[Dot]:
    """Return the runs that have results, by their validation accuracy."""
    return [
        Dot(
            *(run.id, name, look[run.id], run.parameters, run.progress.seconds, run.results.val_accuracy),
            *wilson(run.results.val_accuracy, run.results.val_images),
        )
        for run, name in zip(runs, names, strict=True)
        if run.results
    ]


def by_size(shown: Sequence[Dot]) -> go.Figure:
    """Return validation accuracy against the number of parameters."""
    costs = [float(dot.parameters) for dot in shown]
    return _by_cost(shown, costs, "Accuracy by size", "parameters", log=True)


def by_time(shown: Sequence[Dot]) -> go.Figure:
    """Return validation accuracy against the training time."""
    costs = [dot.seconds for dot in shown]
    return _by_cost(shown, costs, "Accuracy by training time", "seconds", log=False)


def _by_cost(shown: Sequence[Dot], costs: Sequence[float], title: str, unit: str, log: bool) -> go.Figure:
    """Return accuracy against a cost, with the Pareto front: runs that none beats in both at once."""
    figure = go.Figure(layout=layout(title, unit, "validation accuracy", hovermode="closest", height=420))
    figure.update_layout(meta={"highlight": True})
    front = pareto_front(costs, [dot.accuracy for dot in shown])
    figure.add_scatter(
        x=[costs[i] for i in front],
        y=[shown[i].accuracy for i in front],
        name="Pareto front",
        mode="lines",
        line={"color": BEST, "width": 2, "dash": "dash", "shape": "hv"},
        hoverinfo="skip",
    )
    for place, (dot, cost) in enumerate(zip(shown, costs, strict=True)):
        figure.add_trace(_dot(dot, cost, on_front=place in front))
    figure.update_xaxes(**(logarithmic(costs) if log else {}))
    figure.update_yaxes(tickformat=".4~%")
    return figure


def _dot(dot: Dot, cost: float, on_front: bool) -> go.Scatter:
    """Return a run's mark, with its interval."""
    rim = {"width": 2 if on_front else 0, "color": BEST}
    up, down = dot.high - dot.accuracy, dot.accuracy - dot.low
    return go.Scatter(
        x=[cost],
        y=[dot.accuracy],
        error_y={"array": [up], "arrayminus": [down], "thickness": 1, "width": 3},
        name=plain(dot.name),
        meta=dot.key,
        mode="markers",
        marker={"color": dot.look.color, "symbol": dot.look.symbol, "size": 13, "line": rim},
        hovertemplate=f"%{{y:.2%}} at %{{x:,}}{' · on the Pareto front' if on_front else ''}",
    )


MOST_TICKS = 12
"""So many labels have room on a vertical axis."""


@dataclass(frozen=True)
class Scale:
    """One vertical axis of parallel coordinates.

    Attributes:
        title: the setting or the result it shows.
        values: one for each run: numbers, or texts that stand for themselves.
        percent: whether the numbers are shares.
        by_factors: whether 1 to 10 is as far as 10 to 100; None: where the numbers span powers of ten.
        listed: texts in the order in which they stand, whether or not a run has them; others follow.
    """

    title: str
    values: tuple[float | str, ...]
    percent: bool = False
    by_factors: bool | None = None
    listed: tuple[str, ...] = ()

    def heights(self) -> tuple[list[float], list[tuple[float, str]]]:
        """Return each value's height, 0 to 1, and the labelled ticks (height, text)."""
        if all(isinstance(value, int | float) for value in self.values):
            return self._numbers([float(value) for value in self.values])
        texts = list(dict.fromkeys([*self.listed, *sorted(str(value) for value in self.values)]))
        at = {text: (i + 0.5) / len(texts) for i, text in enumerate(texts)}
        told = texts[:: math.ceil(len(texts) / MOST_TICKS)]
        return [at[str(value)] for value in self.values], [(at[text], text) for text in told]

    def _numbers(self, numbers: list[float]) -> tuple[list[float], list[tuple[float, str]]]:
        low, high = min(numbers), max(numbers)
        if low == high:
            return [0.5] * len(numbers), [(0.5, self._text(low))]
        wide = low > 0 and high / low >= 20  # learning rates and the like
        if wide if self.by_factors is None else self.by_factors:
            scaled = np.log(numbers)
            middle = float(np.sqrt(low * high))
        else:
            scaled, middle = np.asarray(numbers), (low + high) / 2
        heights = (scaled - scaled.min()) / (scaled.max() - scaled.min())
        ticks = [(0.0, self._text(low)), (1.0, self._text(high))]
        whole = all(number.is_integer() for number in numbers)
        if not whole or middle.is_integer():
            ticks.insert(1, (0.5, self._text(middle)))
        return heights.tolist(), ticks

    def _text(self, value: float) -> str:
        return f"{value:.2%}" if self.percent else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


BESIDE, MOST_BESIDE = 0.008, 0.06
"""Runs of equal values are drawn this far apart, so that none hides another; all of them at most so far."""


def parallel_coordinates(runs: Sequence[tuple[str, str, Look]], scales: Sequence[Scale]) -> go.Figure:
    """Return one line a run across the scales; the run under the mouse stands out.

    Args:
        runs: (key, name, look) in the order of each scale's values.
    """
    figure = go.Figure(layout=layout("Settings and results of each run", "", "", hovermode="closest"))
    figure.update_layout(
        meta={"highlight": True, "minwidth": 110 * len(scales)},
        height=460,
        margin={"t": 64, "b": 130, "l": 24, "r": 24},
    )
    found = [scale.heights() for scale in scales]
    _axes(figure, scales, [ticks for _, ticks in found])
    places = [_beside(heights) for heights, _ in found]
    for row, (key, name, look) in enumerate(runs):
        figure.add_scatter(
            x=list(range(len(scales))),
            y=[heights[row] for heights in places],
            customdata=[[scale.title, _shown(scale, row)] for scale in scales],
            hovertemplate="%{customdata[0]}: %{customdata[1]}",
            name=plain(name),
            meta=key,
            mode="lines+markers",
            line={"color": look.color, "width": 2.5},
            marker={"symbol": look.symbol, "size": 8},
        )
    return figure


def _beside(heights: Sequence[float]) -> list[float]:
    """Return the heights, of which those that are equal lie beside each other; all others stay."""
    rows: dict[float, list[int]] = {}
    for row, height in enumerate(heights):
        rows.setdefault(height, []).append(row)
    placed = list(heights)
    for height, same in rows.items():
        step = min(BESIDE, MOST_BESIDE / len(same))
        for place, row in enumerate(same):
            placed[row] = height + step * (place - (len(same) - 1) / 2)
    return placed


def _axes(figure: go.Figure, scales: Sequence[Scale], ticks: Sequence[Sequence[tuple[float, str]]]) -> None:
    """Draw a vertical axis for each scale, with its ticks (height, text), in place of the figure's own."""
    axis = {"type": "line", "y0": 0, "y1": 1, "line": {"color": "gray", "width": 1}, "layer": "below"}
    tick = {"showarrow": False, "xanchor": "left", "xshift": 4, "yshift": 11}
    figure.update_layout(  # all at once: to add one, Plotly copies those before it
        shapes=[axis | {"x0": place, "x1": place} for place in range(len(scales))],
        annotations=[
            tick | {"x": place, "y": height, "text": text}
            for place, labelled in enumerate(ticks)
            for height, text in labelled
        ],
    )
    figure.update_xaxes(
        tickvals=list(range(len(scales))),
        ticktext=[scale.title.replace(" ", "<br>") for scale in scales],
        tickangle=0,
        range=[-0.1, len(scales) - 0.5],
        showgrid=False,
        fixedrange=True,
        title=None,
    )
    figure.update_yaxes(visible=False, range=[-0.06, 1.06], fixedrange=True)


def _shown(scale: Scale, row: int) -> str:
    value = scale.values[row]
    if isinstance(value, str):
        return value
    return f"{value:.2%}" if scale.percent else f"{value:,.6g}"

"""A sweep as it fills in: its runs one after another, against each setting, and which setting matters."""

import math
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from core.figures.style import BEST, TRAINING, VALIDATION, layout
from core.sweeps.settings import shown
from core.sweeps.space import Choices, Objective, Parameter
from core.sweeps.trials import State, Trial

_GREY = "#8a94a3"
_LOOKS: dict[str, tuple[tuple[State, ...], str, str]] = {
    # name: states, symbol, colour
    "finished": (("finished",), "circle", TRAINING),
    "pruned": (("pruned",), "x", VALIDATION),
    "stopped or diverged": (("stopped", "diverged", "failed", "interrupted"), "square-open", _GREY),
    "running": (("waiting", "running", "paused"), "circle-open", TRAINING),
}
ROOM = 10
"""For so many runs the axis has room, while they come."""
TITLES: dict[Objective, str] = {"accuracy": "validation accuracy", "loss": "validation loss"}


def progress_figure(
    trials: Sequence[Trial],
    labels: Mapping[str, str],
    objective: Objective,
    close_up: bool = False,
    most: int = ROOM,
) -> go.Figure:
    """Return each trial's score by its number, and a line of the best so far.

    Args:
        labels: path → what to call the setting under the mouse.
        close_up: only the better half, so that small differences show.
        most: how many runs there is room for at least, so that the axis stays while they come.
    """
    figure = _figure("Runs in the order they were tried", "run", objective)
    _best_so_far(figure, trials, objective)
    for name, (states, symbol, color) in _LOOKS.items():
        group = [t for t in trials if t.state in states and t.score is not None]
        figure.add_scatter(
            x=[t.number for t in group],
            y=[t.score for t in group],
            text=[values_text(t, labels) for t in group],
            name=name,
            mode="markers",
            marker={"symbol": symbol, "color": color, "size": 10, "line": {"width": 2, "color": color}},
            hovertemplate="run %{x}: %{y}<br>%{text}",
            showlegend=bool(group),
        )
    figure.update_xaxes(range=[0.5, max([most, *(t.number for t in trials)]) + 0.5], dtick=_step(len(trials)))
    figure.update_yaxes(range=_scores_range(trials, objective, close_up))
    figure.update_layout(uirevision=str(close_up))  # a zoom stays until the close-up is switched
    return figure


def slice_figure(
    trials: Sequence[Trial], parameter: Parameter, label: str, objective: Objective, height: int = 300
) -> go.Figure:
    """Return the ended trials' scores against one setting; later trials are darker, the best is green."""
    path = parameter.path
    ended = [t for t in trials if not t.is_live and t.score is not None and path in t.values]
    listed = isinstance(parameter, Choices)
    best = _best(ended, objective)
    figure = _figure(label, "", objective, height=height)
    figure.add_scatter(
        x=[shown(t.values[path]) if listed else t.values[path] for t in ended],
        y=[t.score for t in ended],
        text=[f"run {t.number}, {t.state}" for t in ended],
        mode="markers",
        marker={
            "size": 9,
            "color": [BEST if t is best else TRAINING for t in ended],
            "symbol": ["circle" if t.state == "finished" else "x-thin" for t in ended],
            "line": {"width": [0 if t.state == "finished" else 2 for t in ended], "color": VALIDATION},
            "opacity": [0.35 + 0.65 * t.number / len(trials) for t in ended],
        },
        hovertemplate="%{text}: %{y} at %{x}<extra></extra>",
    )
    figure.update_layout(showlegend=False, margin={"l": 64, "r": 12, "t": 44, "b": 48})
    figure.update_xaxes(**_axis(parameter))
    return figure


def _axis(parameter: Parameter) -> dict[str, object]:
    """Return the axis of a setting: one place for each listed value, else its range with a little air."""
    if isinstance(parameter, Choices):
        names = names_in_order(parameter)
        places = {"categoryorder": "array", "categoryarray": names}
        return {"type": "category", "range": [-0.5, len(names) - 0.5], **places}
    if not parameter.log:
        return {"type": "linear", "range": _aired(parameter.low, parameter.high)}
    low, high = math.log10(parameter.low), math.log10(parameter.high)
    ticks = {"exponentformat": "none"} | ({"dtick": 1} if high - low >= 2 else {})
    return {"type": "log", "range": _aired(low, high), **ticks}


def _aired(low: float, high: float) -> list[float]:
    air = 0.04 * (high - low)
    return [low - air, high + air]


def names_in_order(choices: Choices) -> tuple[str, ...]:
    """Return listed values as they are shown: numbers by size, words as they were listed."""
    has_words = any(isinstance(value, str) for value in choices.values)
    return tuple(map(shown, choices.values if has_words else sorted(choices.values)))


def importance_figure(shares: Mapping[str, float], labels: Mapping[str, str]) -> go.Figure:
    """Return bars of how much each setting mattered, the most important on top."""
    ordered = sorted(shares.items(), key=lambda pair: pair[1])
    figure = go.Figure(
        layout=layout("What mattered", "share of the importance", "", height=110 + 36 * len(ordered))
    )
    figure.add_bar(
        x=[share for _, share in ordered],
        y=[labels[path] for path, _ in ordered],
        orientation="h",
        marker={"color": TRAINING},
        text=[f"{share:.0%}" for _, share in ordered],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(showlegend=False, margin={"l": 12, "r": 12, "t": 44, "b": 48}, hovermode=False)
    figure.update_xaxes(range=[0, 1.1], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%")
    figure.update_yaxes(automargin=True, showgrid=False)
    return figure


def values_text(trial: Trial, labels: Mapping[str, str]) -> str:
    """Return a trial's settings in words, such as "Learning rate 0.003, Batch size 64"."""
    return ", ".join(f"{labels[path]} {shown(value)}" for path, value in trial.values.items())


def _figure(title: str, x: str, objective: Objective, **more: int) -> go.Figure:
    figure = go.Figure(
        layout=layout(title, x, TITLES[objective], hovermode="closest", uirevision="kept", **more)
    )
    figure.update_yaxes(tickformat=".4~%" if objective == "accuracy" else ".4~f")
    return figure


def _best(trials: Sequence[Trial], objective: Objective) -> Trial | None:
    scored = [(t.score, t) for t in trials if t.score is not None]
    choose = max if objective == "accuracy" else min
    return choose(scored, key=lambda pair: pair[0])[1] if scored else None


def _best_so_far(figure: go.Figure, trials: Sequence[Trial], objective: Objective) -> None:
    ended = [t for t in trials if not t.is_live and t.score is not None]
    best = [_best(ended[: place + 1], objective) for place in range(len(ended))]
    figure.add_scatter(
        x=[t.number for t in ended],
        y=[t.score for t in best if t],
        name="best so far",
        mode="lines",
        line={"color": BEST, "width": 2, "shape": "hv"},
        hoverinfo="skip",
    )


def _scores_range(trials: Sequence[Trial], objective: Objective, close_up: bool) -> list[float] | None:
    """Return limits that show all scores, or the better half of them; None while there are none."""
    known = [t.score for t in trials if t.score is not None and math.isfinite(t.score)]
    scores = sorted(known, reverse=objective == "accuracy")
    kept = scores[: max(2, (len(scores) + 1) // 2)] if close_up else scores
    if not kept:
        return None
    margin = max(0.08 * (max(kept) - min(kept)), 0.001 if close_up else 0.01)
    return [min(kept) - margin, max(kept) + margin]


def _step(trials: int) -> int:
    """Return the distance of ticks so that about ten of them count the trials."""
    return max(1, round(trials / 10))

"""What accuracy costs: against parameters and training time, and the settings that go with it."""

import streamlit as st

from core.figures.tradeoffs import Scale, dots, parallel_coordinates, scatters
from core.model.describe import differences
from core.runs.records import Run
from core.words import setting
from pages._shared.chart import chart
from pages._shared.compare.comparison import Comparison


def tradeoffs(compared: Comparison) -> None:
    """Draw accuracy against parameters and training time, and parallel coordinates over the settings."""
    shown = dots(compared.runs, compared.names, compared.looks)
    if len(shown) < 2:
        st.info("Needs at least two runs with results.")
        return
    for column, figure, cost in zip(st.columns(2), scatters(shown), ("size", "time"), strict=True):
        with column:
            chart(figure, f"compare.{cost}", f"Validation accuracy by {cost}")
    st.caption(
        "Ringed and joined: the Pareto front, runs that no other beats in accuracy and cost at once. The "
        "bars are 95 % intervals. Times compare only between runs made on the same machine, one at a time."
    )
    lines = [(dot.key, dot.name, dot.look) for dot in shown]
    figure = parallel_coordinates(lines, _scales([run for run in compared.runs if run.results]))
    chart(figure, "compare.parallel", "One line for each run across its settings and results")
    st.caption("Point at a run: it stands out in all three figures.")


MOST_SCALES = 6
"""More settings than this cannot be told apart in one figure; the table of settings has them all."""


def _scales(runs: list[Run]) -> list[Scale]:
    """Return a scale for each setting that all runs have and that differs, then what came of it."""
    settings = {
        key: tuple(_number(value) for value in values)
        for key, values in differences([run.spec for run in runs]).items()
        if "–" not in values and not key.startswith("layer ") and key != "seed"
    }
    accuracies = tuple(run.results.val_accuracy for run in runs if run.results)
    layers = tuple(float(len(run.spec.layers)) for run in runs)
    return [
        *(Scale(setting(key), values) for key, values in list(settings.items())[:MOST_SCALES]),
        *([Scale("layers", layers)] if len(set(layers)) > 1 else []),
        Scale("parameters", tuple(float(run.parameters) for run in runs)),
        Scale("seconds", tuple(run.progress.seconds for run in runs)),
        Scale("validation accuracy", accuracies, percent=True),
    ]


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text

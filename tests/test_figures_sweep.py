"""What the figures of a sweep show is what its trials say."""

import json
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.figures.style import BEST, mixed
from core.figures.sweep import importance_figure, progress_figure, slice_figure
from core.figures.sweep_lines import lines_figure
from core.sweeps.space import Choices, Objective, Range
from core.sweeps.trials import State, Trial

RATE = Range(path="optimizer.learning_rate", low=1e-4, high=1e-1, log=True)
BATCH = Choices(path="batch_size", values=(128, 32, 64))
LABELS = {"optimizer.learning_rate": "Learning rate", "batch_size": "Batch size"}
OBJECTIVES: list[Objective] = ["accuracy", "loss"]


def trial(number: int, score: float | None, state: State = "finished") -> Trial:
    values = {"optimizer.learning_rate": number / 1000, "batch_size": 32}
    live = state in ("waiting", "running", "paused")
    return Trial(number, str(number), values, state, live, score, score)


def trace(figure: go.Figure, name: str) -> Any:
    (found,) = [trace for trace in figure.data if trace.name == name]
    return found


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.sampled_from(OBJECTIVES), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_line_is_the_best_so_far_and_nothing_is_cut_off(
    scores: list[float], objective: Objective, close_up: bool
) -> None:
    figure = progress_figure([trial(n, s) for n, s in enumerate(scores, 1)], LABELS, objective, close_up)
    running = np.maximum.accumulate(scores) if objective == "accuracy" else np.minimum.accumulate(scores)
    assert list(trace(figure, "best so far").y) == list(running)
    low, high = figure.layout.yaxis.range
    best = max(scores) if objective == "accuracy" else min(scores)
    assert low < best < high
    if not close_up:
        assert low < min(scores) <= max(scores) < high


def test_pruned_and_running_trials_are_told_apart_and_those_without_a_score_left_out() -> None:
    trials = [trial(1, 0.9), trial(2, 0.2, "pruned"), trial(3, None, "failed"), trial(4, 0.95, "running")]
    figure = progress_figure(trials, LABELS, "accuracy")
    for name, numbers in (("finished", [1]), ("pruned", [2]), ("stopped or diverged", []), ("running", [4])):
        assert list(trace(figure, name).x) == numbers
    assert list(trace(figure, "best so far").y) == [0.9, 0.9]  # the running one has not ended yet
    assert trace(figure, "finished").text == ("Learning rate 0.001, Batch size 32",)
    assert list(slice_figure(trials, RATE, "Learning rate", "accuracy").data[0].x) == [0.001, 0.002]


def test_the_axis_of_runs_has_room_for_those_to_come_and_no_more() -> None:
    trials = [trial(1, 0.9), trial(2, 0.8), trial(3, 0.7)]
    for most, end in ((1, 3.5), (5, 5.5)):
        figure = progress_figure(trials, LABELS, "accuracy", most=most)
        assert figure.layout.xaxis.range == (0.5, end)


def test_listed_values_stand_in_order_and_ranges_show_both_ends() -> None:
    axis = slice_figure([trial(1, 0.9)], BATCH, "Batch size", "accuracy").layout.xaxis
    assert axis.categoryarray == ("32", "64", "128")
    low, high = slice_figure([], RATE, "Learning rate", "loss").layout.xaxis.range
    assert low < math.log10(RATE.low) < math.log10(RATE.high) < high


def test_the_lines_show_the_best_on_top_in_its_own_colour() -> None:
    ranked = [trial(3, 0.9), trial(1, 0.7), trial(2, 0.5)]
    figure = lines_figure(ranked, [RATE, BATCH], LABELS, "accuracy")
    assert [line.name for line in figure.data] == ["run 2", "run 1", "run 3"]
    assert figure.data[-1].line.color == BEST
    assert [text for _, text in figure.data[0].customdata] == ["0.002", "32", "50.00%"]
    np.testing.assert_allclose(figure.data[-1].y, [1, 1 / 6, 1], atol=0.01)
    np.testing.assert_allclose(figure.data[0].y, [math.log(2) / math.log(3), 1 / 6, 0], atol=0.01)
    labels = [label.text for label in figure.layout.annotations if label.x == 1]
    assert labels == ["32", "64", "128"]  # also those that no run has yet, so that none moves later
    assert mixed("#000000", "#ff8040", 0.5) == "#804020"


def test_lines_of_many_runs_stay_on_their_axes_and_only_equal_ones_lie_beside_each_other() -> None:
    ranked = [trial(number, 1 - number / 100) for number in range(1, 61)]
    lines = [line.y for line in lines_figure(ranked, [RATE, BATCH], LABELS, "accuracy").data]
    assert [y[2] for y in lines] == pytest.approx(np.linspace(0, 1, 60))
    assert lines[-1][0] == pytest.approx(0)
    batches = [y[1] for y in lines]
    assert len(set(batches)) == 60
    assert max(batches) - min(batches) < 0.06


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_figures_of_a_sweep_are_json_with_room_for_their_labels(count: int) -> None:
    trials = [trial(n, 0.9) for n in range(1, count + 1)]
    shares = {"batch_size": 0.25, "optimizer.learning_rate": 0.75}
    bars = importance_figure(shares, LABELS)
    assert list(bars.data[0].y) == ["Batch size", "Learning rate"]  # Plotly draws from below
    figures = [bars, progress_figure(trials, LABELS, "accuracy"), slice_figure(trials, BATCH, "b", "loss")]
    for figure in figures:
        assert "NaN" not in json.dumps(json.loads(figure.to_json()))

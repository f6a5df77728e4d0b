"""What the figures show is what they were given."""

import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.analysis.evaluate import Normalisation, normalised
from core.figures.confusion import confusion_figure, most_mistaken
from core.figures.curves import Metric, curves
from core.figures.overlay import Curve, Look, overlay
from core.runs.records import EpochPoint, History, Steps

BATCHES = 10
ENDS = range(0, 10 * BATCHES + 1, BATCHES)
METRICS: list[Metric] = ["loss", "accuracy"]
LOOK = Look("#2f81d6", "circle")
SCALINGS: list[Normalisation] = ["counts", "row", "column"]


def history(epochs: int, best: int = 1, val_loss: float = 0.2) -> History:
    """Return a history of so many epochs of ten batches, whose `best` epoch has the highest accuracy."""
    step = np.arange(1, epochs * BATCHES + 1)
    points = [
        EpochPoint(n, n * BATCHES, 1 / n, 0.8, val_loss + n / 100, 0.97 if n == best else 0.9, 0.001, 1.0 * n)
        for n in range(1, epochs + 1)
    ]
    return History(Steps(step, 1 / step, step / (step + 1.0), 0.1 * step), tuple(points))


def trace(figure: go.Figure, name: str) -> Any:
    """Return the one trace whose name begins with `name`."""
    (found,) = [trace for trace in figure.data if trace.name.startswith(name)]
    return found


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


def as_json(figure: go.Figure) -> dict[str, Any]:
    """Return the figure as a browser reads it, which knows no NaN and no Infinity."""
    read: dict[str, Any] = json.loads(figure.to_json(), parse_constant=refuse)
    return read


def some_figures() -> list[go.Figure]:
    matrix = np.diag(np.arange(10) * 100)
    return [
        *(curves(history(3), metric, ENDS, 5) for metric in METRICS),
        *(overlay([Curve("a", "a", LOOK, (history(3),))], metric) for metric in METRICS),
        *(confusion_figure(matrix, by) for by in SCALINGS),
    ]


@pytest.mark.parametrize("figure", some_figures())
def test_every_figure_has_a_title_and_titled_axes_and_is_json(figure: go.Figure) -> None:
    shown = as_json(figure)["layout"]
    for part in (shown, shown["xaxis"], shown["yaxis"]):
        assert part["title"]["text"]


def test_titles_say_which_metric_and_axes_say_what_they_count() -> None:
    loss, accuracy = (curves(history(2), metric, ENDS, 5).layout for metric in METRICS)
    assert (loss.title.text, loss.xaxis.title.text, loss.yaxis.title.text) == (
        "Loss (cross-entropy)",
        "epoch",
        "loss",
    )
    assert (accuracy.title.text, accuracy.yaxis.title.text) == ("Accuracy", "accuracy")
    assert accuracy.yaxis.tickformat.endswith("%")
    assert loss.yaxis.tickformat is None


@pytest.mark.parametrize("metric", METRICS)
def test_curves_show_batches_between_epochs_and_epochs_at_their_end(metric: Metric) -> None:
    run = history(4)
    batches, training, validation, _ = curves(run, metric, ENDS, 5).data
    np.testing.assert_allclose(batches.x, np.arange(1, 41) / 10)
    np.testing.assert_allclose(batches.y, getattr(run.steps, metric), rtol=1e-6)
    assert list(training.x) == list(validation.x) == [1, 2, 3, 4]
    for drawn, key in ((training, metric), (validation, f"val_{metric}")):
        np.testing.assert_allclose(drawn.y, [getattr(point, key) for point in run.epochs], rtol=1e-6)
    assert batches.name == "batches"
    assert (training.name, validation.name) == ("training", "validation")


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("best", [1, 3, 5])
def test_the_star_stands_on_the_validation_curve_at_the_best_epoch(metric: Metric, best: int) -> None:
    run = history(5, best)
    star = trace(curves(run, metric, ENDS, 5), "best")
    assert (list(star.x), list(star.y)) == ([best], [getattr(run.epochs[best - 1], f"val_{metric}")])
    assert star.name == f"best: epoch {best}"
    assert star.showlegend
    assert star.marker.symbol == "star"


def test_the_star_stands_at_the_last_epoch_where_that_is_kept() -> None:
    star = trace(curves(history(5, 3), "accuracy", ENDS, 5, kept="last"), "kept")
    assert (list(star.x), star.name) == ([5], "kept: epoch 5")


def test_a_zoom_stays_while_the_axis_has_one_end_and_goes_with_it() -> None:
    running, later, ended = (curves(history(n), "loss", ENDS, end) for n, end in ((2, 9), (3, 9), (3, 3)))
    kept = [figure.layout.xaxis.uirevision for figure in (running, later, ended)]
    assert kept[0] == kept[1] != kept[2]


def test_an_epoch_broken_off_by_a_stop_stands_where_it_ended() -> None:
    broken_off = EpochPoint(2, 13, 0.5, 0.8, 0.1, 0.99, 0.001, 2.0)
    run = History(history(1).steps, (*history(1).epochs, broken_off))
    figure = curves(run, "loss", ENDS, 5)
    np.testing.assert_allclose(trace(figure, "validation").x, [1, 1.3], rtol=1e-6)
    assert list(trace(figure, "best").x) == [1.3]


def test_where_the_batch_doubled_batches_stand_wider_apart() -> None:
    point = EpochPoint(2, 15, 0.5, 0.8, 0.1, 0.99, 0.001, 2.0)
    steps = Steps(np.array([5, 10, 11, 15]), *np.ones((3, 4)))
    figure = curves(History(steps, (*history(1).epochs, point)), "loss", (0, 10, 15, 18), 3)
    np.testing.assert_allclose(trace(figure, "batches").x, [0.5, 1, 1.2, 2], rtol=1e-6)
    assert list(trace(figure, "validation").x) == [1, 2]


@pytest.mark.parametrize(("epoch", "anchor"), [(2, "left"), (9, "right")])
@pytest.mark.parametrize("metric", METRICS)
def test_a_marked_epoch_is_a_dotted_line_with_its_label(metric: Metric, epoch: int, anchor: str) -> None:
    figure = curves(history(3), metric, ENDS, 10, mark=(epoch, "over-fitting"))
    (line,), (label,) = figure.layout.shapes, figure.layout.annotations
    assert (line.x0, line.x1, line.line.dash) == (epoch, epoch, "dot")
    assert (label.x, label.text, label.xanchor) == (epoch, "over-fitting", anchor)
    assert not curves(history(3), metric, ENDS, 10).layout.shapes


@pytest.mark.parametrize("metric", METRICS)
def test_where_a_run_was_continued_stands_a_dashed_line(metric: Metric) -> None:
    layout = curves(history(3), metric, ENDS, 10, continued=[2, 8]).layout
    assert [(line.x0, line.line.dash) for line in layout.shapes] == [(2, "dash"), (8, "dash")]
    assert [(label.text, label.xanchor) for label in layout.annotations] == [
        ("continued", "left"),
        ("continued", "right"),
    ]
    close = curves(history(3), metric, ENDS, 10, continued=[2, 3, 8]).layout
    assert [line.x0 for line in close.shapes] == [2, 3, 8]
    assert [label.visible for label in close.annotations] == [True, False, True]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("ends", [(0,), ENDS])
def test_an_empty_history_gives_axes_with_nothing_on_them(metric: Metric, ends: Sequence[int]) -> None:
    figure = curves(history(0), metric, ends, 5)
    assert all(len(trace.x) == len(trace.y) == 0 for trace in figure.data)
    assert not trace(figure, "best").showlegend
    assert as_json(figure)["layout"]["title"]["text"]


def test_the_same_traces_stand_at_the_same_places_before_and_after_the_first_epoch() -> None:
    """A live chart updates them one by one."""
    before, after = (curves(history(epochs), "loss", ENDS, 5) for epochs in (0, 2))
    assert [trace.line.color for trace in before.data] == [trace.line.color for trace in after.data]
    assert before.layout.uirevision == after.layout.uirevision is not None


def test_a_value_that_is_no_number_leaves_a_gap_and_stays_json() -> None:
    run = history(3, best=2)
    lost = EpochPoint(4, 40, math.nan, 0.1, math.nan, 0.1, 0.001, 4.0)
    steps = Steps(run.steps.step, np.full(30, np.nan), run.steps.accuracy, run.steps.seconds)
    figure = curves(History(steps, (*run.epochs, lost)), "loss", ENDS, 5)
    validation = trace(figure, "validation").y
    assert len(validation) == 4
    assert math.isnan(validation[3])
    assert np.isnan(figure.data[0].y).all()
    assert list(trace(figure, "best").x) == [2]
    assert trace(figure, "validation").connectgaps is None
    as_json(figure)
    as_json(overlay([Curve("lost", "lost", LOOK, (History(steps, (*run.epochs, lost)),))], "loss"))


def test_the_vertical_axis_is_logarithmic_on_demand() -> None:
    assert curves(history(2), "loss", ENDS, 5).layout.yaxis.type == "linear"
    assert curves(history(2), "loss", ENDS, 5, log=True).layout.yaxis.type == "log"
    assert curves(history(2), "accuracy", ENDS, 5, log=True).layout.yaxis.type is None


def test_a_close_up_of_a_run_shows_its_later_validation_values_only() -> None:
    run = history(6, best=5)
    for metric in METRICS:
        later = [getattr(point, f"val_{metric}") for point in run.epochs[3:]]
        low, high = curves(run, metric, ENDS, 6, close_up=True).layout.yaxis.range
        assert 0 < min(later) - low < max(later) - min(later)
        assert 0 < high - max(later) < max(later) - min(later)
    plain = curves(run, "loss", ENDS, 6, close_up=True).layout.yaxis.range
    on_log = curves(run, "loss", ENDS, 6, log=True, close_up=True).layout.yaxis.range
    assert np.allclose(10 ** np.array(on_log), plain)
    assert curves(history(0), "loss", ENDS, 5, close_up=True).layout.yaxis.range is None


matrices = st.lists(st.integers(0, 2000), min_size=100, max_size=100).map(
    lambda c: np.array(c).reshape(10, 10)
)


def shown_numbers(figure: go.Figure) -> list[list[str]]:
    """Return what stands in the cells, from whichever heat map writes there."""
    layers = np.array([trace.text for trace in figure.data])
    written = layers != ""
    assert (written.sum(axis=0) <= 1).all()
    return [["".join(layers[:, i, j]) for j in range(10)] for i in range(10)]


@given(matrices)
@settings(max_examples=20, deadline=None)
def test_the_numbers_in_the_cells_are_those_of_the_matrix(matrix: np.ndarray) -> None:
    for row, counts in zip(shown_numbers(confusion_figure(matrix, "counts")), matrix, strict=True):
        assert [int(text or "0") for text in row] == list(counts)
    for by in ("row", "column"):
        shown = shown_numbers(confusion_figure(matrix, by))
        percent = np.array([[float(text or "0") for text in row] for row in shown])
        np.testing.assert_allclose(percent, 100 * normalised(matrix, by), atol=0.0501)


@given(matrices)
@settings(max_examples=20, deadline=None)
def test_the_colours_of_the_mistakes_know_nothing_of_the_diagonal(matrix: np.ndarray) -> None:
    off_diagonal = ~np.eye(10, dtype=bool)
    for by in SCALINGS:
        hits, misses = confusion_figure(matrix, by).data
        values = normalised(matrix, by)
        assert (misses.zmin, misses.zmax) == (0, pytest.approx(max(values[off_diagonal].max(), 1e-9)))
        assert np.isnan(np.diag(misses.z)).all()
        assert np.isnan(hits.z[off_diagonal]).all()
        coloured = off_diagonal & (matrix > 0)
        np.testing.assert_allclose(misses.z[coloured], values[coloured])
        assert hits.colorscale[0][1] == hits.colorscale[-1][1]


def test_a_matrix_without_mistakes_or_without_images_draws() -> None:
    for matrix in (np.diag(np.full(10, 50)), np.zeros((10, 10), int)):
        for by in SCALINGS:
            assert confusion_figure(matrix, by).data[1].zmax > 0
            as_json(confusion_figure(matrix, by))


def test_matrices_side_by_side_may_share_their_colours() -> None:
    few, many = np.diag(np.full(10, 50)), np.diag(np.full(10, 50))
    few[4, 9], many[4, 9] = 1, 3
    most = most_mistaken(few, many)
    assert most == 3
    pictures = [confusion_figure(matrix, "counts", name, most) for name, matrix in (("A", few), ("B", many))]
    assert [figure.data[1].zmax for figure in pictures] == [3, 3]
    assert [figure.layout.title.text for figure in pictures] == ["A", "B"]


def test_rows_are_true_digits_with_their_number_of_images_and_zero_is_on_top() -> None:
    matrix = np.zeros((10, 10), int)
    matrix[4, 9], matrix[4, 4], matrix[0, 0] = 1200, 34, 5
    figure = confusion_figure(matrix, "counts")
    ticks = figure.layout.yaxis.ticktext
    assert (ticks[0], ticks[4], ticks[9]) == ("0 (5)", "4 (1,234)", "9 (0)")
    assert list(figure.layout.yaxis.tickvals) == list(figure.data[0].y) == [str(d) for d in range(10)]
    assert figure.layout.yaxis.autorange == "reversed"
    assert "true" in figure.layout.yaxis.title.text
    assert "predicted" in figure.layout.xaxis.title.text
    assert figure.data[1].z[4][9] == 1200
    assert shown_numbers(figure)[4][9] == "1200"


def test_the_box_over_a_cell_tells_the_count_whatever_the_colours_show() -> None:
    matrix = np.arange(100).reshape(10, 10)
    for by in SCALINGS:
        for layer in confusion_figure(matrix, by).data:
            np.testing.assert_array_equal(layer.customdata, matrix)
            assert "images: %{customdata}" in layer.hovertemplate

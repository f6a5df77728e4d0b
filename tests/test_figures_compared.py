"""The figures that show several runs at once: curves, bands, trade-offs, differences."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.figures.confusion_difference import confusion_difference
from core.figures.overlay import FAINT, Axis, Curve, Look, look_at, looks, overlay, smoothed
from core.figures.scales import MOST_SCALES, scales
from core.figures.style import SERIES, SYMBOLS, logarithmic
from core.figures.tradeoffs import Scale, by_size, by_time, dots, parallel_coordinates
from core.model.describe import layer_values
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, History, Progress, Results, Run, Steps
from core.runs.status import RunStatus
from core.runs.store import RunStore

LOOK = Look("#2f81d6", "circle")


def history(epochs: int, shift: float = 0.0) -> History:
    """Return a history of ten batches an epoch, whose losses lie `shift` higher."""
    step = np.arange(1, epochs * 10 + 1)
    points = [
        EpochPoint(n, 10 * n, 1 / n, 0.8, 0.5 / n + shift, 0.9 - shift, 0.001, 2.0 * n + shift)
        for n in range(1, epochs + 1)
    ]
    return History(Steps(step, 1 / step, step / (step + 1.0), 0.1 * step), tuple(points))


def runs(store: RunStore, count: int) -> list[Run]:
    spec = PRESETS["mlp"].spec
    for place in range(count):
        run = store.create(spec, f"run {place}")
        store.record(run.id, Progress(seconds=10.0 - place), [], [])
        accuracy = 0.9 + place / 100
        results = Results(1, 0.1, accuracy, 1000, 0.1, accuracy, 10_000)
        store.end(run.id, RunStatus.FINISHED, results=results)
    return store.runs()[::-1]


def trace(figure: go.Figure, **wanted: Any) -> Any:
    (found,) = [t for t in figure.data if all(getattr(t, key) == value for key, value in wanted.items())]
    return found


def test_a_run_keeps_its_colour_and_symbol_whatever_else_is_shown(store: RunStore) -> None:
    saved = runs(store, 12)
    everything = looks(saved)
    assert {look.color for look in everything.values()} == set(SERIES)
    assert {look.symbol for look in everything.values()} == set(SYMBOLS)
    assert looks(saved[5:8]) == {run.id: everything[run.id] for run in saved[5:8]}
    assert looks(reversed(saved)) == everything


def test_two_runs_whose_numbers_meet_still_look_different(store: RunStore) -> None:
    first, second, *_ = runs(store, 2)
    far = replace(second, number=13)
    found = looks([far, first])
    assert found[first.id] == looks([first])[first.id]
    assert found[far.id] != found[first.id]
    unnumbered = replace(first, number=None)
    assert looks([unnumbered])[first.id].color in SERIES


@pytest.mark.parametrize(
    ("axis", "training", "validation"),
    [("epoch", [1, 2], [1, 2]), ("step", list(range(1, 21)), [10, 20]), ("seconds", [2, 4], [2, 4])],
)
def test_the_horizontal_axis_counts_what_it_says(
    axis: Axis, training: list[int], validation: list[int]
) -> None:
    run = history(2)
    figure = overlay([Curve("a", "net", LOOK, (run,))], "loss", axis)
    solid, dotted = trace(figure, showlegend=True), trace(figure, showlegend=False)
    assert (solid.line.dash, dotted.line.dash) == ("solid", "dot")
    assert list(solid.x) == validation
    assert list(solid.y) == [point.val_loss for point in run.epochs]
    assert list(dotted.x) == training
    assert solid.meta == dotted.meta == solid.legendgroup == dotted.legendgroup == "a"
    assert overlay([], "loss").data == ()
    assert overlay([], "loss", log=True).layout.yaxis.type == "log"
    assert logarithmic([0.02, 3]) == {"type": "log", "dtick": "D2", "minorloglabels": "complete"}
    assert logarithmic([114_314, 235_146]) == {"type": "log"}  # with 1-2-5 there would be a single label
    assert logarithmic([114_314] * 2) == logarithmic([0.02, 3])  # the axis then spans decades
    assert logarithmic([1e-9, 1e30, 0.0, math.nan, math.inf]) == {"type": "log"}  # 3 labels a decade freeze


@given(some.lists(some.floats(-10, 10), min_size=1, max_size=40), some.floats(0.01, 0.98))
def test_smoothing_is_the_debiased_moving_average_of_tensorboard(values: list[float], weight: float) -> None:
    last, expected = 0.0, []
    for count, value in enumerate(values, start=1):
        last = weight * last + (1 - weight) * value
        expected.append(last / (1 - weight**count))
    np.testing.assert_allclose(smoothed(np.array(values), weight), expected, rtol=1e-6, atol=1e-9)


def test_the_raw_curve_stays_faint_behind_a_smoothed_one() -> None:
    run = history(4)
    figure = overlay([Curve("a", "net", LOOK, (run,))], "loss", smoothing=0.6)
    raw = [t for t in figure.data if t.opacity == FAINT]
    assert [list(t.y) for t in raw] == [[p.loss for p in run.epochs], [p.val_loss for p in run.epochs]]
    assert len(figure.data) == 4


def test_repeats_are_a_mean_and_a_band_from_lowest_to_highest() -> None:
    seeds = (history(3), history(3, 0.2), history(2, 0.1))
    figure = overlay([Curve("a", "net", LOOK, seeds)], "loss")
    top, bottom, mean = (t for t in figure.data if t.line.dash != "dot")
    values = np.array([[p.val_loss for p in run.epochs[:2]] for run in seeds])
    last = [run.epochs[2].val_loss for run in seeds[:2]]  # the third seed ended after two epochs
    alone = overlay([Curve("a", "net", LOOK, (history(1), history(3)))], "loss")
    assert [len(t.x) for t in alone.data] == [1, 1, 1, 1]  # no band, nor mean, of a single one
    np.testing.assert_allclose(top.y, [*values.max(axis=0), max(last)])
    np.testing.assert_allclose(bottom.y, [*values.min(axis=0), min(last)])
    np.testing.assert_allclose(mean.y, [*values.mean(axis=0), np.mean(last)])
    assert list(mean.customdata) == [3, 3, 2]
    assert overlay([Curve("a", "net", LOOK, (history(0), history(0)))], "loss").data == ()
    assert (bottom.fill, bottom.fillcolor) == ("tonexty", "rgba(47, 129, 214, 0.2)")


def test_the_mean_of_repeats_and_its_band_are_smoothed_like_single_runs() -> None:
    seeds = (history(6), history(6, 0.2))
    figure = overlay([Curve("a", "net", LOOK, seeds)], "loss", smoothing=0.6)
    raw, top, bottom, mean = (t for t in figure.data if t.line.dash != "dot")
    values = np.array([[p.val_loss for p in run.epochs] for run in seeds])
    assert raw.opacity == FAINT
    np.testing.assert_allclose(raw.y, values.mean(axis=0))
    np.testing.assert_allclose(mean.y, smoothed(values.mean(axis=0), 0.6))
    assert (np.asarray(bottom.y) < np.asarray(mean.y)).all()
    assert (np.asarray(mean.y) < np.asarray(top.y)).all()


def test_a_close_up_shows_the_later_validation_values_only() -> None:
    curves = [Curve("a", "net", LOOK, (history(4),)), Curve("b", "net", LOOK, (history(4, 0.05),))]
    low, high = overlay(curves, "accuracy", close_up=True).layout.yaxis.range
    assert 0.8 < low < 0.85 < 0.9 < high < 0.91  # training, at 0.8, is out of sight
    low, high = overlay(curves, "loss", log=True, close_up=True).layout.yaxis.range
    assert low < math.log10(0.125) < math.log10(0.5 / 3 + 0.05) < high < math.log10(0.3)
    assert overlay([Curve("a", "net", LOOK, (history(0),))], "loss", close_up=True).layout.yaxis.range is None


def test_the_scatters_ring_and_join_the_pareto_front(store: RunStore) -> None:
    saved = runs(store, 3)  # the later, the better and the faster, all of one size
    look = looks(saved)
    shown = dots(saved, ["a", "b", "c"], look)
    sizes, times = by_size(shown), by_time(shown)
    for figure in (sizes, times):
        front = trace(figure, name="Pareto front")
        assert list(front.y) == [0.92]
        assert [t.name for t in figure.data if t.marker.line.width] == ["c"]
    assert list(trace(times, name="c").x) == [8.0]
    error = trace(sizes, name="a").error_y
    assert 0.9 - error.arrayminus[0] == pytest.approx(0.8799, abs=1e-4)  # Wilson, 900 of 1,000


def compared(store: RunStore, *specs: RunSpec) -> list[Run]:
    """Save a run with results for each spec, and return them in this order."""
    for spec in specs:
        run = store.create(spec, "net")
        store.end(run.id, RunStatus.FINISHED, results=Results(1, 0.1, 0.9, 100, 0.1, 0.9, 100))
    return store.runs()[: len(specs)][::-1]


def test_what_differs_becomes_scales_what_is_tuned_first_in_front(store: RunStore) -> None:
    base = PRESETS["quick-start"].spec
    *before, last = base.layers
    turned = base.augmentation.model_copy(update={"rotation": 10.0, "zoom": 0.1})
    wide = base.model_copy(update={"layers": (*before, last.model_copy(update={"units": 128})), "epochs": 3})
    found, left_out = scales(compared(store, base, wide.model_copy(update={"augmentation": turned})))
    place = len(base.layers)
    assert [(scale.title, scale.values) for scale in found[:3]] == [
        ("epochs", (5.0, 3.0)),
        (f"units of layer {place}", (64.0, 128.0)),
        ("augmentation", ("off", "on")),
    ]
    assert [scale.title for scale in found[3:]] == ["parameters", "seconds", "validation accuracy"]
    assert not left_out


def test_scales_without_room_are_named(store: RunStore) -> None:
    found, left_out = scales(compared(store, *(preset.spec for preset in PRESETS.values())))
    titles = [scale.title for scale in found]
    assert len(titles) == MOST_SCALES + 3
    assert titles[:4] == ["optimizer: learning rate", "optimizer", "batch size", "epochs"]
    assert left_out
    assert not set(left_out) & set(titles)


def test_a_value_changed_alike_in_several_layers_is_one_row() -> None:
    base = PRESETS["quick-start"].spec
    sides = [layer for layer in base.layers if layer.kind == "conv2d"]
    smaller = tuple(
        layer.model_copy(update={"kernel_size": 3}) if layer in sides else layer for layer in base.layers
    )
    found = layer_values([base, base.model_copy(update={"layers": smaller})])
    assert found == {"kernel size of layers 1, 3": ["5", "3"]}
    assert layer_values([base, PRESETS["mlp"].spec]) == {}


def test_parallel_coordinates_put_each_value_at_its_height() -> None:
    axes = [
        Scale("optimizer", ("Adam", "SGD", "Adam")),
        Scale("learning rate", (0.001, 0.1, 0.01)),
        Scale("epochs", (5.0, 10.0, 7.5)),
        Scale("batch size", (64.0, 64.0, 64.0)),
        Scale("accuracy", (0.98, 0.99, 0.985), percent=True),
    ]
    heights = [scale.heights() for scale in axes]
    assert heights[0][0] == [0.25, 0.75, 0.25]
    assert heights[1][0] == pytest.approx([0, 1, 0.5])  # spans powers of ten: logarithmic
    assert heights[2][0] == [0, 1, 0.5]
    assert heights[3][0] == [0.5, 0.5, 0.5]
    assert [text for _, text in heights[4][1]] == ["98.00%", "98.50%", "99.00%"]
    figure = parallel_coordinates([(key, key, LOOK) for key in "abc"], axes)
    assert [t.meta for t in figure.data] == ["a", "b", "c"]
    assert figure.layout.meta["highlight"]
    assert figure.data[1].customdata[1] == ["learning rate", "0.1"]


def test_the_difference_of_confusions_is_blue_where_b_is_better() -> None:
    a, b = np.zeros((2, 10, 10), int)
    a[4, 9], b[4, 9], a[4, 4], b[4, 4] = 7, 2, 90, 95
    (cells,) = confusion_difference(a, b, "B − A").data
    assert cells.z[4][9] == cells.z[4][4] == 5  # fewer mistakes, more right
    assert (cells.text[4][9], cells.text[4][4], cells.text[0][0]) == ("-5", "+5", "")
    assert np.isnan(cells.z[0][0])
    assert (cells.zmin, cells.zmax) == (-5, 5)


def test_more_looks_than_there_are_colours_are_told_apart_by_their_markers() -> None:
    assert len({look_at(place) for place in range(144)}) == 144

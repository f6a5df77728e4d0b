"""A run that many watch is worked out for the first of them, and again when it has come further."""

import json
import math
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.analysis.doctor import main_epoch
from core.figures.curves import curves
from core.model.specs import RunSpec
from core.runs.records import EpochPoint, Progress, StepPoint
from core.runs.status import RunStatus
from core.runs.store import open_store
from pages.shared import live_mistakes, run_curves
from pages.shared.drawn import plain
from pages.shared.tokens import COOKIE
from tests.pages.test_live_mistakes import components, frames_of_two
from tests.pages.test_pages import page


@pytest.fixture
def worked_out(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often something was worked out, by name."""
    counts: Counter[str] = Counter()

    def count(module: object, name: str) -> None:
        work: Callable[..., Any] = getattr(module, name)

        def counted(*args: Any, **named: Any) -> Any:
            counts[name] += 1
            return work(*args, **named)

        monkeypatch.setattr(module, name, counted)

    for module, name in (
        (run_curves, "diagnosed"),
        (run_curves, "curve_parts"),
        (live_mistakes, "confusion_figure"),
        (live_mistakes, "sprites"),
    ):
        count(module, name)
    return counts


def epoch(number: int) -> EpochPoint:
    return EpochPoint(number, 10 * number, 1.0 / number, 0.8, 0.9 / number, 0.85, 0.001, float(number))


def drawn(run_id: str) -> list[list[float]]:
    """Return the epochs at which the curves of validation have points, by chart."""
    test = page("results/page.py", run=run_id)
    charts = [data["figure"]["data"] for data in components(test) if "figure" in data]
    places = [trace["x"] for traces in charts for trace in traces if trace.get("name") == "validation"]
    return [np.frombuffer(b64decode(one["bdata"]), one["dtype"]).tolist() for one in places]


def test_thirty_who_watch_a_run_have_it_worked_out_once(
    small_spec: RunSpec, cookies: dict[str, str], worked_out: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_curves, "GOOD_FOR", 0.0)
    store = open_store()
    run = store.create(small_spec, "watched")
    store.claim(run.id, {}, "worker")
    store.describe_data(run.id, {"training images": 480})
    store.record(run.id, Progress("training", 2), [StepPoint(1, 2.0, 0.1, 0.1)], [epoch(1)])
    frames_of_two(store, run)
    for visitor in "abc":
        cookies[COOKIE] = visitor
        assert drawn(run.id) == [[1], [1]]
    once = {"diagnosed": 1, "curve_parts": 2, "confusion_figure": 1, "sprites": 1}
    assert worked_out == once
    store.record(run.id, Progress("training", 2), [], [epoch(2)])
    assert drawn(run.id) == drawn(run.id) == [[1, 2], [1, 2]]
    assert worked_out == once | {"diagnosed": 2, "curve_parts": 4}
    store.end(run.id, RunStatus.STOPPED)
    assert drawn(run.id) == [[1, 2], [1, 2]]
    assert worked_out == once | {"diagnosed": 3, "curve_parts": 6}


def test_a_runs_curves_are_worked_out_once_a_tick_though_it_comes_further_all_the_time(
    small_spec: RunSpec, worked_out: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_curves, "GOOD_FOR", math.inf)
    store = open_store()
    run = store.create(small_spec, "watched")
    store.claim(run.id, {}, "worker")
    at_first = run_curves.seen(store.get(run.id))
    store.record(run.id, Progress("training", 1, 1, 8), [StepPoint(1, 2.0, 0.1, 0.1)], [])
    begun = run_curves.seen(store.get(run.id))
    assert at_first is not begun, "the first points are shown at once"
    for batch in range(2, 6):
        store.record(run.id, Progress("training", 1, batch, 8), [StepPoint(batch, 2.0, 0.1, 0.1)], [])
        assert run_curves.seen(store.get(run.id)) is begun
    monkeypatch.setattr(run_curves, "GOOD_FOR", 0.0)
    assert run_curves.seen(store.get(run.id)).history.steps.step.tolist() == [1, 2, 3, 4, 5]
    monkeypatch.setattr(run_curves, "GOOD_FOR", math.inf)
    store.record(run.id, Progress("training", 2, 1, 8), [], [epoch(1)])
    assert len(run_curves.seen(store.get(run.id)).history.epochs) == 1, "an epoch too"
    store.end(run.id, RunStatus.STOPPED)
    assert run_curves.seen(store.get(run.id)).run.status is RunStatus.STOPPED, "and its end"


def test_each_choice_of_how_curves_are_drawn_has_its_own(small_spec: RunSpec) -> None:
    store = open_store()
    run = store.create(small_spec, "watched")
    store.claim(run.id, {}, "worker")
    store.record(run.id, Progress("training", 3, 1, 8), [], [epoch(1), epoch(2)])
    now = run_curves.seen(store.get(run.id))
    choices = [
        (metric, epochs, log, close_up, height)
        for metric in ("loss", "accuracy")
        for epochs in (2, 3)
        for log in (False, True)
        for close_up in (False, True)
        for height in (None, 500)
    ]
    mark = main_epoch(now.findings)
    for metric, epochs, log, close_up, height in choices:
        style = {"log": log, "close_up": close_up}
        alone = curves(now.history, metric, now.run.epoch_ends, epochs, mark=mark, **style)
        if height:
            alone.update_layout(height=height)
        for _ in range(2):
            sent = now.curve(metric, epochs, height=height, **style)
            assert json.loads(sent) == json.loads(plain(alone))


def test_mistakes_are_looked_at_three_times_an_epoch_but_not_more_than_every_two_seconds(
    small_spec: RunSpec,
) -> None:
    run = open_store().create(small_spec, "watched")
    assert live_mistakes._tick(run) == 2
    for batches, expected in ((10, 2), (3_000, 1_000 * small_spec.batch_size / 100)):
        progress = Progress("training", 1, 1, batches, images_per_second=100.0)
        assert live_mistakes._tick(replace(run, progress=progress)) == expected

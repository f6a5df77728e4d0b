"""A figure that many see is made once, and nobody gets one that another's choice made."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.figures.curves import METRICS, Metric, curve_parts, curves
from core.runs.records import EpochPoint, History, Steps
from pages.shared import drawn as module
from pages.shared.drawn import drawn, look, plain, told

made: list[tuple[Any, ...]] = []


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_kept", type(module._kept)())
    made.clear()


def figure(*args: Any, **named: Any) -> go.Figure:
    made.append((args, named))
    return go.Figure(layout={"title": {"text": f"{args} {named}"}})


def another(*args: Any, **named: Any) -> go.Figure:
    return figure("another", *args, **named)


@dataclass(frozen=True)
class Choice:
    log: bool


@dataclass(frozen=True)
class Measured:
    values: Any


@dataclass
class Changing:
    log: bool


SIX = np.arange(6)
CHOICES: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((None,), {}),
    ((1,), {}),
    ((1.0,), {}),
    ((True,), {}),
    (("1",), {}),
    ((), {"log": True}),
    ((), {"close": True}),
    ((), {"log": False}),
    ((Choice(True),), {}),
    ((Choice(False),), {}),
    ((Measured(SIX),), {}),
    ((Measured(SIX[::-1]),), {}),
    (([1, 2],), {}),
    (((1, 2),), {}),
    (([1], [2]), {}),
    ((SIX,), {}),
    ((SIX[::-1],), {}),
    ((SIX.reshape(2, 3),), {}),
    ((SIX.reshape(3, 2),), {}),
    ((SIX.reshape(2, 3).T,), {}),
    ((SIX.astype(np.float64),), {}),
    ((SIX.astype(np.int32),), {}),
    (({"a": SIX},), {}),
    (({"b": SIX},), {}),
    (({"a": SIX + 1},), {}),
]


def test_whatever_differs_in_what_a_figure_is_made_from_makes_another_figure() -> None:
    for _ in range(2):
        for args, named in CHOICES:
            expected = f"{args} {named}"
            assert json.loads(drawn(figure, *args, **named))["layout"]["title"]["text"] == expected
    assert len(made) == len(CHOICES), "each once"


def test_two_functions_share_nothing() -> None:
    assert drawn(figure, 1) != drawn(another, 1)


def test_what_could_be_changed_after_it_was_drawn_is_refused() -> None:
    with pytest.raises(TypeError):
        drawn(figure, Changing(True))


def test_an_array_that_changed_makes_another_figure() -> None:
    values = np.zeros(3)
    before = drawn(figure, values)
    values[1] = 1
    assert drawn(figure, values) != before


def test_with_the_look_that_browsers_have_it_is_what_plotly_would_send() -> None:
    for sent in (drawn(figure, 1), plain(figure(1))):
        shown = json.loads(sent)
        assert "template" not in shown["layout"]
        shown["layout"]["template"] = json.loads(look())
        assert shown == json.loads(figure(1).to_json())


def test_a_figure_with_a_look_of_its_own_brings_it_along() -> None:
    own = figure(1).update_layout(template="ggplot2")
    assert json.loads(plain(own)) == json.loads(own.to_json())


def test_those_asked_for_last_are_kept_up_to_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(drawn(figure, 1))
    monkeypatch.setattr(module, "MOST_BYTES", 2 * size + 10)
    drawn(figure, 2), drawn(figure, 1), drawn(figure, 3)
    made.clear()
    drawn(figure, 1), drawn(figure, 3)
    assert made == []
    drawn(figure, 2)
    assert made == [((2,), {})]


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    "how",
    [{}, {"log": True}, {"close_up": True}, {"mark": (3, "It overfits"), "continued": (1, 3)}],
    ids=["plain", "log", "close-up", "marked"],
)
def test_curves_that_plotly_has_not_looked_through_are_sent_as_it_would_send_them(
    metric: Metric, how: dict[str, Any]
) -> None:
    step = np.arange(1, 41)
    steps = Steps(step, 2 / step, 1 - 0.9 / step, step / 4)
    points = tuple(
        EpochPoint(n, 10 * n, 2 / n, 1 - 0.3 / n, 2.2 / n, 1 - 0.4 / n, 0.1, n) for n in (1, 2, 3, 4)
    )
    what = (History(steps, points), metric, (0, 10, 20, 30, 40), 4)
    assert json.loads(told(curve_parts(*what, **how))) == json.loads(plain(curves(*what, **how)))

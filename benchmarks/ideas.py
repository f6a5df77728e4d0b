"""What the pages on data and ideas cost: a first visit in a new session, and the answer to each slider."""

import os
import statistics
import tempfile
from collections.abc import Callable
from typing import Any

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import SelectSlider

from benchmarks.turns import Row, seconds
from benchmarks.visits import run, visit, without_cookies
from pages.data.page import PARTS

IDEAS = (
    "convolution",
    "activations",
    "pooling",
    "dropout",
    "batch_norm",
    "softmax",
    "optimizers",
    "overfitting",
)
PAGES = [("data/page.py", {"part": part}) for part in PARTS] + [
    (f"ideas/{name}/page.py", {}) for name in IDEAS
]
VISITS = 5
PLACES = (0.2, 0.4, 0.6, 0.8)
"""Where each slider is moved to, as shares of its length; each place is new, so that nothing is cached."""


def ideas() -> list[Row]:
    """Measure for each page a first visit, and the slowest of its sliders.

    The script runs whole, also where a browser would run a fragment of it.
    """
    without_cookies()
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITS_HOME"] = home
        return [_measured(name, query) for name, query in PAGES]


def _measured(name: str, query: dict[str, str]) -> Row:
    visits = [seconds(lambda: visit(name, query)) for _ in range(VISITS + 1)][1:]
    first, what = statistics.median(visits), query.get("part", name.split("/")[-2])
    test = visit(name, query)
    sliders = [(kind, at) for kind in ("slider", "select_slider") for at in range(len(test.get(kind)))]
    moved = [_answer(test, kind, at) for kind, at in sliders]
    slowest, label = max(moved, default=(0.0, "none"))
    return Row(f"{what}: first visit / slowest slider ({label})", first, slowest, first / (slowest or first))


def _answer(test: AppTest, kind: str, at: int) -> tuple[float, str]:
    """Return the median time of the answers to one slider, moved to each of `PLACES`, and its label."""
    times = []
    for place in PLACES:
        slider: Any = test.get(kind)[at]
        slider.set_value(_value(slider, place))
        times.append(seconds(lambda: run(test)))
    return statistics.median(times), slider.label


def _value(slider: Any, place: float) -> float:
    """Return the value of a slider there, in the type of its values."""
    kind: Callable[[Any], float] = type(slider.value)
    if isinstance(slider, SelectSlider):
        return kind(slider.options[round(place * (len(slider.options) - 1))].replace(",", ""))
    return kind(slider.min + place * (slider.max - slider.min))

"""What the pages on data and ideas cost: a first visit in a new session, and the answer to each slider."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from streamlit.testing.v1.element_tree import SelectSlider

from benchmarks.turns import Row, at_most, seconds, show
from benchmarks.visits import Visit, as_visitor
from core.home import PROJECT
from pages.data.page import PARTS

IDEAS = sorted(page.parent.name for page in (PROJECT / "pages" / "ideas").glob("*/page.py"))
PAGES = [*(("data", {"part": part}) for part in PARTS), *((name, dict[str, str]()) for name in IDEAS)]
VISITS = 5
PLACES = (0.2, 0.4, 0.6, 0.8)
"""Where each slider is moved to, as shares of its length; each place is new, so that nothing is cached."""
GOAL = at_most(0.15)


def rows() -> Iterator[Row]:
    """Measure for each page a first visit, and the slowest of its sliders.

    The script runs whole, also where a browser would run a fragment of it.
    """
    as_visitor("benchmark")
    with tempfile.TemporaryDirectory() as home:
        for address, query in PAGES:
            visit, what = Visit(Path(home), address, query), query.get("part", address.capitalize())
            first = statistics.median([seconds(visit.first) for _ in range(VISITS + 1)][1:])
            yield Row(f"{what}, first visit", first, goal=GOAL)
            sliders = [
                (kind, at) for kind in ("slider", "select_slider") for at in range(len(visit.test.get(kind)))
            ]
            if sliders:
                slowest, label = max(_answer(visit, kind, at) for kind, at in sliders)
                yield Row(f"{what}, the slowest slider ({label})", slowest, goal=GOAL)


def _answer(visit: Visit, kind: str, at: int) -> tuple[float, str]:
    """Return the median time of the answers to one slider, moved to each of `PLACES`, and its label."""
    times = []
    for place in PLACES:
        slider: Any = visit.test.get(kind)[at]
        slider.set_value(_value(slider, place))
        times.append(seconds(visit.again))
    return statistics.median(times), slider.label


def _value(slider: Any, place: float) -> float:
    """Return the value of a slider there, in the type of its values."""
    kind: Callable[[Any], float] = type(slider.value)
    if isinstance(slider, SelectSlider):
        return kind(slider.options[round(place * (len(slider.options) - 1))].replace(",", ""))
    return kind(slider.min + place * (slider.max - slider.min))


if __name__ == "__main__":
    show(rows())

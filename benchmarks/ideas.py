"""What the pages on data and ideas cost: a first visit in a new session, and the answer to a slider."""

import os
import tempfile
from itertools import cycle

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.turns import Row, in_turn
from core.home import PROJECT

PAGES = (
    "data.py",
    *(
        f"concepts/{name}.py"
        for name in ("convolution", "activations", "pooling", "dropout", "batch_norm", "softmax")
    ),
    "concepts/optimizers.py",
    "concepts/overfitting.py",
)


def ideas() -> list[Row]:
    """Compare a first visit to each page with moving its first slider (or pressing its first choice)."""
    type(st.context).cookies = {}  # type: ignore[assignment, method-assign] # AppTest has only a mock of them
    with tempfile.TemporaryDirectory() as home:
        os.environ["DIGITS_HOME"] = home
        rows = []
        for name in PAGES:
            visit = _Visit(name)
            rows.append(in_turn(f"{name}: first visit / a slider", visit.first, visit.move, pairs=5))
        return rows


class _Visit:
    """One visitor of a page; the script runs whole, also where a browser would run a fragment of it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._places = cycle((0.25, 0.75))

    def first(self) -> None:
        self._test = AppTest.from_file(str(PROJECT / "pages" / "navigation.py"), default_timeout=60)
        self._test.switch_page(self._name)
        self._run()

    def move(self) -> None:
        place = next(self._places)
        if self._test.slider:
            slider = self._test.slider[0]
            value = slider.min + place * (slider.max - slider.min)
            slider.set_value(type(slider.min)(value))
        self._run()

    def _run(self) -> None:
        self._test.run()
        assert not self._test.exception, self._test.exception

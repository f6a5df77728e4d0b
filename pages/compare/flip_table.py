"""Two runs image by image: their confusion matrices, and the images that one got right and one wrong."""

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.analysis.compared import flip_counts
from core.analysis.evaluate import confusion
from core.analysis.pairs import same_images
from core.analysis.predictions import Predictions, Which
from core.analysis.significance import Flips, flips
from core.figures.confusion import confusion_figure, most_mistaken
from core.figures.confusion_difference import confusion_difference
from core.figures.sprites import framed
from core.figures.style import plain
from core.runs.records import Run
from pages.compare.comparison import Comparison
from pages.compare.pair import pick_pair
from pages.shared.answers import images, pick_set
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.drawn import drawn
from pages.shared.services import plain_errors

CELLS = {
    "only_b": "Only B right",
    "only_a": "Only A right",
    "both_wrong": "Both wrong",
    "both_right": "Both right",
}
PAGE = 24
"""Images shown at once."""


def flip_table(compared: Comparison) -> None:
    """Draw the choice of two runs, their confusion matrices, and what became of each image."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a, b, names = pick_pair(compared)
        which = pick_set("images")
    runs = {run.id: run for run in compared.runs}
    answers = dict(zip(runs, compared.answers(which), strict=True))
    if a == b:
        st.info("Choose two different runs.")
    elif (first := answers[a]) is None or (second := answers[b]) is None:
        st.info("One of these runs kept no predictions: it has not ended, or ended before its first epoch.")
    else:
        _matrices(first, second, names[a], names[b])
        _images(runs[a], runs[b], first, second, which)


def _matrices(a: Predictions, b: Predictions, name_a: str, name_b: str) -> None:
    matrices = [confusion(answers) for answers in (a, b)]
    most = most_mistaken(*matrices)
    for letter, column, matrix, name in zip("AB", st.columns(2), matrices, (name_a, name_b), strict=True):
        with column:
            figure = drawn(confusion_figure, matrix, "counts", f"{letter}: {plain(name)}", most)
            chart(figure, f"compare.{letter}", f"Confusion matrix of {name}")
    st.caption(
        "Confusion matrices. Blue: right. The stronger the orange, the more mistakes of that kind, in both "
        "pictures alike."
    )
    difference(a, b, name_a, name_b)


def difference(a: Predictions, b: Predictions, name_a: str, name_b: str) -> None:
    """Draw where B is confused more often or less than A, if they were asked as many of each digit."""
    matrices = [confusion(answers) for answers in (a, b)]
    if matrices[0].sum(axis=1).tolist() != matrices[1].sum(axis=1).tolist():
        return
    left, right = st.columns([3, 2], gap="large", vertical_alignment="center")
    with left:
        figure = drawn(confusion_difference, matrices[0], matrices[1], "Difference: B − A")
        chart(figure, "compare.difference", f"{name_b} minus {name_a}, digit by digit")
    with right:
        _by_digit(*matrices)


def _by_digit(a: NDArray[np.int64], b: NDArray[np.int64]) -> None:
    """Draw how many of each digit are found."""
    st.markdown("**Right answers by digit**")
    table = pd.DataFrame({"images": a.sum(axis=1), "A": np.diag(a), "B": np.diag(b)})
    table["B − A"] = (table["B"] - table["A"]).map(lambda n: f"{n:+d}" if n else "0")
    table.insert(0, "digit", [f"**{digit}**" for digit in range(10)])
    st.table(table, border="horizontal", hide_index=True)
    st.caption("In the picture, blue is better in B, orange worse.")


def _images(run_a: Run, run_b: Run, a: Predictions, b: Predictions, which: Which) -> None:
    st.markdown("**What became of each image**")
    with plain_errors():
        found = flips(a, b) if which == "test" or same_images(run_a, run_b) else None
    if found is None:
        st.error("These two runs drew from different images: compare them on the test images.")
        return
    cells = {cell: getattr(found, cell) for cell in CELLS}
    left, right = st.columns([2, 5], gap="large")
    with left:
        _counts(found)
    with right:
        cell = one_of(
            "Show the images of",
            list(CELLS),
            default="only_b",
            format_func=CELLS.__getitem__,
            key="cell",
            wrap=True,
        )
        _gallery(run_a, cells[cell], a, b, which)


def _counts(found: Flips) -> None:
    st.table(flip_counts(found), border="horizontal")
    st.caption(f"Every one of the {found.images:,} images is in exactly one cell.")


def _gallery(run: Run, rows: NDArray[np.int64], a: Predictions, b: Predictions, which: Which) -> None:
    if not len(rows):
        st.caption("There is no such image.")
        return
    pages = -(-len(rows) // PAGE)
    page = (
        int(st.number_input(f"Page, of {pages}", 1, pages, key=f"page.{len(rows)}", width=140))
        if pages > 1
        else 1
    )
    shown = rows[(page - 1) * PAGE : page * PAGE]
    with plain_errors():
        pictures = images(run, a.index[shown].tolist(), which)
    captions = [f"{a.labels[row]}: A {a.predicted[row]}, B {b.predicted[row]}" for row in shown]
    st.caption("Under each image: the true digit, then what A and B read.")
    alts = [f"A handwritten {a.labels[row]}" for row in shown]
    st.image([framed(picture) for picture in pictures], caption=captions, alt=alts, width=112)

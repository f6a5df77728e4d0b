"""A run's results as slides."""

import streamlit as st

from core.analysis.evaluate import confusion, most_confused
from core.analysis.intervals import with_interval
from core.analysis.mistakes import confidence, ordered, picked
from core.analysis.predictions import Predictions
from core.figures.confusion import confusion_figure
from core.figures.sprites import framed
from core.runs.artifacts import MODEL
from core.runs.records import Run
from core.words import count, so_many
from pages.results.inside.filters import filter_sheets
from pages.shared.answers import images, predictions
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.large import large_type, run_words
from pages.shared.present import Slides
from pages.shared.run_network import run_network
from pages.shared.run_slides import curves_slide, run_slides
from pages.shared.services import plain_errors, store

WORST, ACROSS = 12, 6
"""How many of the worst images are shown, and how many side by side."""


def results_slides(run: Run) -> Slides:
    """Return the slides of a run: of one without results those that it has while it trains."""
    if run.results is None:
        return run_slides(run)
    slides = {"Accuracy": lambda: _accuracy(run), "Curves": lambda: curves_slide(run)}
    answers = predictions(run, "validation")
    if answers is not None:
        slides |= {
            "Confusion matrix": lambda: _confusion(answers),
            "The worst mistakes": lambda: _worst(run, answers),
        }
    slides["The network"] = lambda: run_network(run)
    if MODEL in store().artifact_names(run.id):
        slides["Its filters"] = lambda: _filters(run)
    return slides


def _accuracy(run: Run) -> None:
    words = run_words(run, run.name)
    if found := run.results:
        test = with_interval(found.test_accuracy, found.test_images)
        words["task"] = f"On {found.test_images:,} test images that were never trained on: {test}"
    large_type(words, "slide.accuracy")


def _confusion(answers: Predictions) -> None:
    matrix = confusion(answers)
    wrong = int((answers.predicted != answers.labels).sum())
    st.subheader(f"{count(wrong, 'mistake').capitalize()} on {len(answers.labels):,} validation images")
    left, right = st.columns([3, 1], gap="large", vertical_alignment="center")
    with left:
        figure = drawn(confusion_figure, matrix, "counts", "Rows are the true digits, columns what was read")
        chart(figure, "slide.confusion", f"Confusion matrix; {so_many(wrong, 'mistake')}")
    with right:
        st.markdown("**Most often**")
        for true, read, number in most_confused(matrix, ACROSS):
            st.markdown(f"#### {true} → {read}: {number}")


def _worst(run: Run, answers: Predictions) -> None:
    st.subheader("Where it was most sure of the wrong digit")
    rows = ordered(answers, picked(answers, right=False), "margin")[:WORST]
    if not len(rows):
        st.success("Not one validation image is misclassified.", icon=":material/check:")
        return
    pictures = images(run, answers.index[rows].tolist(), "validation")
    sure = confidence(answers)[rows]
    for start in range(0, len(rows), ACROSS):
        for column, at in zip(st.columns(ACROSS), range(start, min(start + ACROSS, len(rows))), strict=False):
            with column:
                st.image(framed(pictures[at]), width="stretch")
                true, read = answers.labels[rows[at]], answers.predicted[rows[at]]
                st.markdown(f"**{true} → {read}**, {sure[at]:.1%}", text_alignment="center")
    st.caption("The true digit, what the network read, and the probability it gave to that.")


def _filters(run: Run) -> None:
    with plain_errors(go_on=True):
        st.fragment(filter_sheets)(run)

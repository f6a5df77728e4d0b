"""Max pooling: a digit at a quarter of its pixels, and why a small shift then matters less."""

from functools import partial

import streamlit as st

from core.model import layers as L
from core.model.recipes import LESSON
from core.model.specs import RunSpec
from pages.ideas.pooling.pooled import Part, pooled, shift, step
from pages.shared.lesson import experiment, formula, idea, pick_digit
from pages.shared.present import presented


def pooling() -> None:
    apart = {"A digit pooled": partial(_pooled, step), "A small shift": partial(_pooled, shift)}
    together = {"A digit pooled and moved": partial(_pooled, step, shift)}
    idea("Max pooling", _intro, apart if presented() else together, _experiments)


def _intro() -> None:
    st.markdown(
        "Pooling cuts an image into small squares and keeps one number of each: with **max pooling** the "
        "largest. 28×28 pixels become 14×14: the layers that follow have a quarter of the work, and whether "
        "a feature was found matters more than exactly where."
    )
    formula(
        r"y_{r,c} = \max_{0 \le i,j < p} x_{p\,r+i,\;p\,c+j}",
        meaning="p: the side of the square, mostly 2; rows and columns are counted from 0. Nothing is "
        "learned: pooling has no weights.",
    )


def _pooled(*parts: Part) -> None:
    pooled(pick_digit("pooling")[0] / 255, *parts)


def _experiments() -> None:
    st.subheader("See it in a real network")
    left, right = st.columns(2)
    with left:
        experiment(LESSON, "With max pooling", "A small network, 6 epochs. Watch images per second.")
    with right:
        experiment(_without(), "Without pooling", "The same without MaxPooling: more weights, and slower.")


def _without() -> RunSpec:
    layers = tuple(layer for layer in LESSON.layers if not isinstance(layer, L.MaxPooling2D))
    return LESSON.model_copy(update={"layers": layers})


if __name__ == "__main__":
    pooling()

"""What the pages on data and ideas have in common: a digit to look at, a formula, a way to the Train page."""

from collections.abc import Callable
from functools import partial

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.data import mnist
from core.figures.sprites import enlarged
from core.model.link import to_link
from core.model.specs import RunSpec
from pages.shared.present import Slides, present, present_button, presented

EXAMPLES = 50
"""How many training images of each digit can be looked at."""
STRUT = r"\rule{0pt}{1.9em}"
"""Invisible; without it Streamlit cuts off the top of powers in fractions."""
FIRST = 5
LARGER = 3


def idea(title: str, intro: Callable[[], None], parts: Slides, end: Callable[[], None]) -> None:
    """Draw an idea: one part below the other, or each as a slide where the address asks for slides.

    Args:
        intro: what the idea is, which comes first.
        end: the way to a real network, which is no slide.
    """
    if presented():
        present(title, {"The idea": partial(_first_slide, title, intro), **parts})
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.title(title)
        present_button()
    for draw in (intro, *parts.values(), end):
        draw()


def _first_slide(title: str, intro: Callable[[], None]) -> None:
    st.title(title)
    intro()


def pick_digit(key: str, shown: bool = False) -> tuple[NDArray[np.uint8], int]:
    """Draw the choice of a digit and one of its images; return that image, uint8 (28, 28), and the digit.

    Args:
        shown: whether to draw the image too, where the figures below do not.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.segmented_control(
            "Digit", list(range(10)), default=FIRST, required=True, key=f"{key}.digit", wrap=True
        )
        digit = int(chosen if chosen is not None else FIRST)
        which = int(st.number_input("Example", 1, EXAMPLES, key=f"{key}.example", width=130))
        image = examples(digit)[which - 1]
        if shown:
            st.image(enlarged(image, LARGER), alt=f"Example {which} of a handwritten {digit}")
    return image, digit


def beside() -> tuple[DeltaGenerator, DeltaGenerator]:
    """Return where controls are drawn and where what they move is: on a slide side by side, else below."""
    if not presented():
        return st.container(), st.container()
    left, right = st.columns([1, 3], gap="large")
    return left, right


@st.cache_data(show_spinner=False)
def examples(digit: int) -> NDArray[np.uint8]:
    """Return the first training images of a digit, uint8 (EXAMPLES, 28, 28)."""
    pool = mnist.training()
    return pool.images[np.flatnonzero(pool.labels == digit)[:EXAMPLES]]


def formula(*latex: str, meaning: str) -> None:
    """Draw formulas side by side, one below the other on a phone, and what their letters mean."""
    with st.container(
        horizontal=True, horizontal_alignment="center", vertical_alignment="center", gap="medium"
    ):
        for one in latex:
            st.latex(STRUT + one, width="content")
    st.caption(meaning)


def experiment(spec: RunSpec, label: str, watch: str) -> None:
    """Draw the link that opens the Train page on a configuration, and what to watch there."""
    with st.container(border=True):
        st.markdown(f"**Try it on a real network.** {watch}")
        st.page_link(
            "train/page.py", label=label, icon=":material/play_circle:", query_params={"spec": to_link(spec)}
        )

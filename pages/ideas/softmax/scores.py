"""Softmax to play with: logits, probabilities, loss and gradients."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator

from core.concepts.reader import logits_of
from core.concepts.softmax import cross_entropy, jacobian, naive, squared_error_gradient
from core.concepts.softmax import softmax as probabilities_of
from core.figures.concepts.softmax import gradient_bars, jacobian_map, loss_curve, probability_bars
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.lesson import pick_digit

Floats = NDArray[np.floating]
REACH = 15.0
"""Logits can be moved from −15 to 15."""
_DIGITS = range(10)
LEARNING = (
    "Learning goes against the gradient (for temperature 1): the true digit's score is pushed up by 1 − p, "
    "every other's down by its p."
)
TO_SEE = (
    "**What to see:** make a wrong digit very sure: cross-entropy still pushes with full force, while the "
    "gradient of the squared error vanishes: it would not learn from its worst errors."
)
START = (0.0, 0.0, 0.5, 2.0, 0.0, 3.0, 0.0, 0.0, 1.0, -1.0)


def play() -> None:
    """Draw sliders for ten logits, which can become those of an image, and all that follows."""
    chosen = pick_digit("softmax", shown=True)
    st.subheader("Ten scores become probabilities")
    _starts(*chosen)
    _play_and_explain()


def _starts(image: NDArray[np.uint8], digit: int) -> None:
    """Draw the buttons that set the sliders, which must come after them."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if st.button("Take the scores of the digit above", icon=":material/image_search:"):
            _set(logits_of(image / 255))
            st.session_state["true_digit"] = digit
        if st.button("All equal", icon=":material/drag_handle:"):
            _set(np.zeros(10))


def _set(logits: Floats) -> None:
    for digit, value in zip(_DIGITS, np.clip(logits, -REACH, REACH), strict=True):
        st.session_state[f"softmax.z{digit}"] = round(float(value), 1)


@st.fragment
def _play_and_explain() -> None:
    scores = _sliders(st.container(), across=5)
    for box, draw in zip(st.columns(3), (_chances, _loss, _gradient), strict=True):
        with box:
            draw(scores)
    st.markdown(scores.told)
    with st.expander("As a table"):
        st.dataframe(_table(scores), hide_index=True, height="content")
    st.caption(f"{LEARNING} {TO_SEE}")
    cancelling(probabilities_of(scores.logits))


@st.fragment
def probabilities_slide() -> None:
    """Draw the sliders and the probabilities beside them."""
    st.subheader("Ten scores become probabilities")
    knobs, figures = _beside()
    with figures:
        _starts(*pick_digit("softmax", shown=True))
    scores = _sliders(knobs, across=2)
    with figures:
        _chances(scores)
        st.markdown(scores.told)


@st.fragment
def loss_slide() -> None:
    """Draw the same sliders and what is learned from these scores."""
    st.subheader("Loss and gradient")
    knobs, figures = _beside()
    scores = _sliders(knobs, across=2)
    with figures:
        for box, draw in zip(st.columns(2), (_loss, _gradient), strict=True):
            with box:
                draw(scores)
        st.markdown(scores.told)
        st.caption(LEARNING)
        st.caption(TO_SEE)


def _beside() -> list[DeltaGenerator]:
    return st.columns([2, 3], gap="large")


@dataclass(frozen=True)
class Scores:
    """Ten logits float64 (10,), the true digit, and what they are divided by."""

    logits: Floats
    label: int
    temperature: float

    @property
    def p(self) -> Floats:
        return probabilities_of(self.logits, self.temperature)

    @property
    def gradient(self) -> Floats:
        return self.p - np.eye(10)[self.label]

    @property
    def loss(self) -> float:
        return cross_entropy(self.logits[None] / self.temperature, np.array([self.label]))

    @property
    def told(self) -> str:
        return f"**L = −log {self.p[self.label]:.4f} = {self.loss:.3f}**"


def _sliders(place: DeltaGenerator, across: int) -> Scores:
    """Draw the true digit, the sliders, so many side by side, and the temperature."""
    with place:
        label = int(one_of("True digit", list(_DIGITS), default=5, key="true_digit", wrap=True))
        logits = _logits(across)
        help_ = "Divides all logits."
        temperature = st.slider(
            "Temperature", 0.2, 5.0, 1.0, 0.1, key="softmax.temperature", width=400, help=help_
        )
    return Scores(logits, label, temperature)


def _chances(scores: Scores) -> None:
    p, label = scores.p, scores.label
    told = f"Most probable is {int(p.argmax())} with {p.max():.1%}; the true {label} has {p[label]:.1%}"
    chart(probability_bars(p, label), "softmax.p", told)


def _loss(scores: Scores) -> None:
    sure = float(scores.p[scores.label])
    chart(loss_curve(sure), "softmax.loss", f"Loss {scores.loss:.3f} where the true digit has {sure:.4f}")


def _gradient(scores: Scores) -> None:
    gradient, label = scores.gradient, scores.label
    shown = {"cross-entropy: p − y": gradient, "squared error": squared_error_gradient(scores.p, label)}
    told = f"Gradient p − y: {gradient[label]:+.3f} at the true digit"
    chart(gradient_bars(shown), "softmax.gradient", told)


def _logits(across: int) -> Floats:
    values = []
    for start in range(0, 10, across):
        for box, digit in zip(st.columns(across), range(start, start + across), strict=True):
            key = f"softmax.z{digit}"
            st.session_state.setdefault(key, START[digit])
            values.append(box.slider(f"Score of {digit}", -REACH, REACH, step=0.1, key=key))
    return np.array(values, np.float64)


def _table(scores: Scores) -> pd.DataFrame:
    columns = {
        "digit": list(_DIGITS),
        "logit z": scores.logits,
        "p": scores.p,
        "y": np.eye(10)[scores.label].astype(int),
        "p − y": scores.gradient,
    }
    return pd.DataFrame(columns).round(4)


def cancelling(p: Floats | None = None) -> None:
    """Draw why nothing of softmax's derivative is left in the gradient, for probabilities (10,)."""
    p = probabilities_of(np.array(START)) if p is None else p
    st.subheader("Why the derivative of softmax cancels")
    left, right = st.columns(2)
    with left:
        st.markdown("Softmax's derivative by its own score is small where p is near 0 or 1:")
        st.latex(r"\sigma'(z) = \sigma(z)\,(1 - \sigma(z))")
        st.markdown("By any score, with [i = j] being 1 on the diagonal and 0 elsewhere:")
        st.latex(r"\frac{\partial p_i}{\partial z_j} = p_i\,([i=j] - p_j)")
        st.markdown("That of the cross-entropy is large just there:")
        st.latex(r"\frac{\partial L}{\partial p_i} = -\frac{y_i}{p_i}")
        st.markdown("Multiplied, the chain rule's p cancels the 1/p:")
        st.latex(
            r"\begin{aligned}\frac{\partial L}{\partial z_j}"
            r" &= \sum_i -\frac{y_i}{p_i}\, p_i\,([i=j] - p_j) \\"
            r" &= -y_j + p_j \sum_i y_i = p_j - y_j\end{aligned}"
        )
    with right:
        found = jacobian(p)
        label = (
            f"Softmax's derivatives for the scores above; on the diagonal p(1 − p), at most {found.max():.3f}"
        )
        chart(jacobian_map(found), "softmax.jacobian", label)
        st.caption(
            "The squares hold softmax's derivatives for the scores above: no larger than 0.25, and nearly "
            "zero where a digit is sure."
        )


@st.fragment
def stability() -> None:
    """Draw what becomes of the formula as it is written when logits are large."""
    st.subheader("Why the largest score is subtracted first")
    add = st.slider("Add to every score", 0, 1000, 0, 50, key="softmax.add", width=400)
    logits = np.array([1.0, 2.0, 3.0]) + add
    rows = {"scores z": logits, "as written": naive(logits), "with z − max z": probabilities_of(logits)}
    table = pd.DataFrame([[name, *map(_number, values)] for name, values in rows.items()])
    st.dataframe(table.set_axis(["", "a", "b", "c"], axis=1), hide_index=True, height="content", width=500)
    st.caption(
        "**What to see:** adding the same number to all scores changes no probability, but from about 710 "
        "on eᶻ is larger than any float64: inf / inf is not a number. Libraries subtract the largest score "
        "first."
    )


def _number(value: float) -> str:
    return "NaN" if np.isnan(value) else f"{value:,.4f}".rstrip("0").rstrip(".")

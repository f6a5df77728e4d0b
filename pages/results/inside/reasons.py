"""What an answer rests on: which pixels speak for the digit that was read, and for any other."""

import streamlit as st

from core.figures.pixels import pixels
from core.figures.saliency import saliency_figure
from core.inference.explain import Method
from core.runs.records import Run
from pages.results.inside.picture import Picture, pick_picture
from pages.shared.asking import of
from pages.shared.chart import chart
from pages.shared.choice import one_of
from pages.shared.saliency import MEANING, METHODS, explained


def reasons(run: Run) -> None:
    """Draw the pixels that matter for the digit read and for another one."""
    picture = pick_picture(run)
    if picture is None:
        return
    read = int(picture.probabilities.argmax())
    other = picture.label if picture.label != read else int(picture.probabilities.argsort()[-2])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = one_of("Method", list(METHODS), default="Occlusion", key="method")
        others = [digit for digit in range(10) if digit != read]
        key = f"inside.other.{read}.{other}"
        against = st.selectbox("Other digit", others, index=others.index(other), key=key, width=130)
    method = METHODS[name]
    columns = st.columns(3)
    with columns[0]:
        chart(pixels(picture.image, f"The image, a {picture.label}"), "inside.image", f"A {picture.label}")
    for column, digit in zip(columns[1:], (read, int(against)), strict=True):
        with column:
            _reason(run, picture, digit, method, "read as" if digit == read else "why not")
    st.caption(
        f"{MEANING[method]} A picture of what counts is a hint, no proof: methods differ, try all three."
    )


def _reason(run: Run, picture: Picture, digit: int, method: Method, what: str) -> None:
    heat = explained(of(run), picture.image.tobytes(), digit, method)
    title = f"{what} {digit} (p = {picture.probabilities[digit]:.4f})"
    label = f"{method} for the digit {digit}, from {heat.min():.3f} to {heat.max():.3f}, over the image"
    chart(saliency_figure(picture.image, heat, title), f"inside.reason.{what}", label)

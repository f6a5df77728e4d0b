"""A run's epochs one by one: what it answered and how its first filters looked after each."""

import numpy as np
import streamlit as st

from core.analysis.evaluate import count_pairs
from core.analysis.frames import Frame, from_bytes, hardest
from core.figures.confusion import confusion_figure
from core.figures.inside import mosaic
from core.figures.sheet import sheet
from core.runs.artifacts import FRAMES
from core.runs.records import Run
from core.words import so_many
from pages.shared.answers import images, predictions
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.services import plain_errors, store

HARDEST = 12


def scrubber(run: Run) -> None:
    """Draw a slider over the saved epochs of an ended run and what it was like after the chosen one."""
    st.subheader("Epoch by epoch")
    with plain_errors(go_on=True):
        frames = _frames(run.id, run.ended_at or 0.0)
        answers = predictions(run, "validation")
        if not frames or answers is None:
            st.info("This run kept no epochs: it is older than they are, or ended before its first one.")
            return
        st.fragment(_scrub)(run, frames, answers.labels, answers.index)


@st.cache_resource(max_entries=32, show_spinner=False)
def _frames(run_id: str, ended_at: float) -> list[Frame]:
    content = store().artifact(run_id, FRAMES)
    return from_bytes(content) if content else []


def _scrub(run: Run, frames: list[Frame], labels: np.ndarray, index: np.ndarray) -> None:
    names = {at: f"epoch {frame.epoch}" for at, frame in enumerate(frames[:-1])}
    names[len(frames) - 1] = f"kept (epoch {frames[-1].epoch})"
    at = len(frames) - 1
    if len(frames) > 1:
        at = st.select_slider(
            "After", list(names), at, format_func=names.__getitem__, key=f"scrubber.{run.id}"
        )
    frame, name = frames[at], names[at]
    right = int((frame.predicted == labels).sum())
    share = f"{right:,} of {len(labels):,} validation images right, {right / len(labels):.2%}"
    st.markdown(f"**{name.capitalize()}**: {share}")
    left, middle = st.columns(2)
    with left:
        label = (
            f"Confusion matrix of the validation images, {name}: {so_many(len(labels) - right, 'mistake')}"
        )
        figure = drawn(confusion_figure, count_pairs(labels, frame.predicted), "counts")
        chart(figure, "scrubber.confusion", label)
    with middle:
        _hardest(run, frame, name, labels, index)
        _filters(frame, name)
    whose = f"those of its {run.spec.kept_epoch} epoch"
    st.caption(
        f"The last place of the slider holds the weights that the run kept, {whose}: the "
        "same numbers as under *Mistakes*. **What to see:** early on whole digits are confused; later only "
        "a few images move. Filters take their shape in the first epochs."
    )


def _hardest(run: Run, frame: Frame, name: str, labels: np.ndarray, index: np.ndarray) -> None:
    rows = hardest(frame, HARDEST)
    notes = [
        f"{labels[row]} → {frame.predicted[row]}<br>p({labels[row]}) {float(frame.truth[row]):.0%}"
        for row in rows
    ]
    told = ", ".join(notes).replace("<br>", " ")
    figure = sheet(
        images(run, index[rows].tolist(), "validation"),
        "Hardest images: true → read",
        across=6,
        notes=notes,
        width=540,
    )
    label = f"The {len(rows)} images whose true digit is least probable, {name}: {told}"
    chart(figure, "scrubber.hardest", label)


def _filters(frame: Frame, name: str) -> None:
    if not frame.filters.size:
        st.caption("This network has no convolution on the image, so there are no filters to show.")
        return
    tiles = frame.filters.astype(np.float32).transpose(2, 0, 1)[:32]
    figure = mosaic(tiles, "Filters of the first convolution", signed=True, names="filter")
    chart(figure, "scrubber.filters", f"{len(tiles)} filters of the first convolution, {name}")

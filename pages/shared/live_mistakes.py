"""The mistakes of a run while it trains: the confusion matrix, and the images hardest for it now."""

from pathlib import Path

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.evaluate import count_pairs
from core.analysis.frames import Frame, from_bytes, hardest, learned
from core.data.prepare import split
from core.errors import RunNotFoundError
from core.figures.confusion import confusion_figure
from core.figures.sprites import sprites
from core.model.specs import Data
from core.runs.artifacts import FRAMES
from core.runs.pools import load_pool
from core.runs.records import Run
from pages.shared.answers import images
from pages.shared.chart import chart
from pages.shared.services import plain_errors, store

HARDEST, TICK = 24, 2.0
"""How many images are shown, and seconds between two looks."""
_HTML = '<div class="digits-hardest" role="group"></div>'
_CSS = """
.digits-hardest { display: grid; grid-template-columns: repeat(auto-fill, minmax(72px, 1fr)); gap: 10px 6px; }
.digits-hardest figure { margin: 0; display: grid; justify-items: center; gap: 2px; }
.digits-hardest figure div { width: 56px; height: 56px; image-rendering: pixelated; border-radius: 4px;
  box-shadow: 0 0 0 2px #1a9e77; }
.digits-hardest figure[data-wrong] div { box-shadow: 0 0 0 2px #e0701a; }
.digits-hardest figcaption { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.78rem;
  white-space: nowrap; }
"""
_JS = Path(__file__).with_name("hardest.js").read_text(encoding="utf-8")


def live_mistakes(run: Run) -> None:
    """Draw the mistakes of a run that trains, anew while it does; of one that has ended, nothing."""
    if run.is_live:
        latest_mistakes(run)


def latest_mistakes(run: Run, nothing: str = "") -> None:
    """Draw the mistakes of a run's latest frame, of an ended one that of the kept weights.

    Args:
        nothing: what is said where there is no frame.
    """
    st.fragment(_draw, run_every=TICK if run.is_live else None)(run.id, nothing)


def _draw(run_id: str, nothing: str) -> None:
    with plain_errors(go_on=True):
        try:
            run = store().get(run_id)
        except RunNotFoundError:  # the page says so
            return
        if frames := _frames(run.id):
            _mistakes(run, frames)
        elif nothing:
            st.info(nothing)


@st.cache_resource(ttl=TICK / 2, max_entries=16, show_spinner=False)
def _frames(run_id: str) -> list[Frame]:
    """Look once for all visitors."""
    content = store().artifact(run_id, FRAMES)
    return from_bytes(content) if content else []


@st.cache_resource(max_entries=8, show_spinner=False)
def _validation(data: Data) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return labels and places of the images that validate."""
    labels = load_pool(store(), data.source).labels
    index = split(labels, data)[1]
    return labels[index], index


def _mistakes(run: Run, frames: list[Frame]) -> None:
    labels, index = _validation(run.spec.data)
    now = frames[-1]
    errors = int((now.predicted != labels).sum())
    st.markdown(f"**Mistakes after epoch {now.epoch}: {errors:,} of {len(labels):,} validation images**")
    if len(frames) > 1:
        better, worse = learned(frames[-2], now, labels)
        st.caption(f"Since epoch {frames[-2].epoch}, {better:,} were learned and {worse:,} forgotten.")
    left, right = st.columns(2)
    with left:
        label = f"Confusion matrix of the validation images after epoch {now.epoch}: {errors} mistakes"
        chart(
            confusion_figure(count_pairs(labels, now.predicted), "counts"), f"live.confusion.{run.id}", label
        )
    with right:
        _hardest(run, now, labels, index)


def _hardest(run: Run, now: Frame, labels: NDArray[np.uint8], index: NDArray[np.int64]) -> None:
    rows = hardest(now, HARDEST)
    st.markdown(f"**The {len(rows)} hardest now**: true → read, and the true digit's probability")
    cards = [
        {
            "id": int(index[row]),
            "note": f"{labels[row]} → {now.predicted[row]} · {float(now.truth[row]):.0%}",
            "wrong": bool(now.predicted[row] != labels[row]),
        }
        for row in rows
    ]
    label = f"The hardest images after epoch {now.epoch}: " + ", ".join(str(card["note"]) for card in cards)
    component = st.components.v2.component(
        "digits_hardest", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
    )
    sheet = sprites(images(run, index[rows].tolist(), "validation"))
    data = {"cards": cards, "label": label, "sheet": sheet}
    component(key=f"live.hardest.{run.id}", data=data, height="content")
    st.caption("Orange frames are read wrongly, green ones rightly but with the least certainty.")

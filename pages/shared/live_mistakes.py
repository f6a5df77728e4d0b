"""The mistakes of a run while it trains: the confusion matrix, and the images hardest for it now."""

from typing import Any

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
from core.words import so_many
from pages.shared.answers import images
from pages.shared.chart import chart
from pages.shared.drawn import drawn
from pages.shared.modules import component
from pages.shared.services import plain_errors, store
from pages.shared.viewers import live_part

HARDEST, TICK, LOOKS = 24, 2.0, 3
"""How many images are shown; the fewest seconds between two looks, and how many looks an epoch has."""
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


def live_mistakes(run: Run) -> None:
    """Draw the mistakes of a run that trains, anew while it does; of one that has ended, nothing."""
    if run.is_live:
        latest_mistakes(run)


def latest_mistakes(run: Run, nothing: str = "") -> None:
    """Draw the mistakes of a run's latest frame, of an ended one that of the kept weights.

    Args:
        nothing: what is said where there is no frame.
    """
    live_part(_draw, _tick(run) if run.is_live else None)(run.id, nothing)


def _tick(run: Run) -> float:
    """Return the seconds until the next look: there is nothing new before an epoch has ended."""
    pace, batches = run.progress.images_per_second, run.progress.batches
    return max(TICK, round(batches * run.spec.batch_size / pace / LOOKS)) if pace else TICK


def _draw(run_id: str, nothing: str) -> float | None:
    with plain_errors(go_on=True):
        try:
            run = store().get(run_id)
        except RunNotFoundError:  # the page says so
            return None
        if frames := _frames(run.id):
            _mistakes(run, frames)
        elif nothing:
            st.info(nothing)
        return _tick(run)
    return None


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
    # A run that goes on from another begins with the frame of that one's kept weights, a second of its epoch.
    earlier = [frame for frame in frames if frame.epoch < now.epoch]
    if earlier:
        better, worse = learned(earlier[-1], now, labels)
        st.caption(f"Since epoch {earlier[-1].epoch}, {better:,} were learned and {worse:,} forgotten.")
    left, right = st.columns(2)
    with left:
        label = (
            f"Confusion matrix of the validation images after epoch {now.epoch}: {so_many(errors, 'mistake')}"
        )
        figure = drawn(confusion_figure, _matrix(run.id, len(frames), now, labels), "counts")
        chart(figure, f"live.confusion.{run.id}", label)
    with right:
        _hardest(run.id, _cards(run.id, len(frames), run, now, labels, index))


@st.cache_resource(max_entries=16, show_spinner=False)
def _matrix(run_id: str, frames: int, _now: Frame, _labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Count once for all visitors; `frames` counts those until now."""
    return count_pairs(_labels, _now.predicted)


@st.cache_resource(max_entries=16, show_spinner=False)
def _cards(
    run_id: str,
    frames: int,
    _run: Run,
    _now: Frame,
    _labels: NDArray[np.uint8],
    _index: NDArray[np.int64],
) -> dict[str, Any]:
    """Return what the browser draws of the hardest images, once for all visitors."""
    rows = hardest(_now, HARDEST)
    cards = [
        {
            "id": int(_index[row]),
            "note": f"{_labels[row]} → {_now.predicted[row]} · {float(_now.truth[row]):.0%}",
            "wrong": bool(_now.predicted[row] != _labels[row]),
        }
        for row in rows
    ]
    label = f"The hardest images after epoch {_now.epoch}: " + ", ".join(str(card["note"]) for card in cards)
    sheet = sprites(images(_run, _index[rows].tolist(), "validation"))
    return {"cards": cards, "label": label, "sheet": sheet}


def _hardest(run_id: str, data: dict[str, Any]) -> None:
    count = len(data["cards"])
    st.markdown(f"**The {count} hardest now**: true → read, and the true digit's probability")
    draw = component("digits_hardest", _HTML, _CSS, "hardest.js")
    draw(key=f"live.hardest.{run_id}", data=data, height="content")
    st.caption("Orange frames are read wrongly, green ones rightly but with the least certainty.")

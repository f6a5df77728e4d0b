"""The board, or one run, in type that is read from the back row."""

import base64
import time
from typing import Any

import streamlit as st

from core.analysis.intervals import interval
from core.classes.board import Place
from core.classes.records import Entry, SchoolClass
from core.classes.ties import told
from core.figures.curves import METRICS, curves
from core.figures.qr import qr_code
from core.names import isolated
from core.words import count, percent
from pages.classroom.board import on_board
from pages.classroom.links import pupils_link
from pages.classroom.standing import Standing, standing
from pages.shared.chart import chart
from pages.shared.large import large_type, run_words
from pages.shared.services import plain_errors, store

TICK = 2.0
MOST_SHOWN = 30
"""So many pupils stand on the projector, in three columns."""


def projector(class_id: str) -> None:
    """Draw what the projector shows; the teacher chooses it on another device."""
    with st.container(key="projected"):
        st.fragment(_projector, run_every=TICK)(class_id)


def _projector(class_id: str) -> None:
    with plain_errors():
        found = store().school_class(class_id)
        shown = _shown(found)
        words = run_words(shown.run, shown.pupil.nickname) if shown else _board_words(found, standing(found))
    large_type(words, "projector")
    if shown:
        _curves(shown)


def _shown(found: SchoolClass) -> Entry | None:
    """Return the run that the teacher has put on the projector, or None for the board."""
    if found.shown is None:
        return None
    return next((one for one in store().entries(found.id) if one.run.id == found.shown), None)


def _board_words(found: SchoolClass, stands: Standing) -> dict[str, Any]:
    """Return what is written on the projector of a board."""
    places, worse, pupils = stands
    rest = len(places) - MOST_SHOWN
    close = "≈ " if False in worse.values() else ""
    more = f" {count(rest, 'more place').capitalize()} on the class's page." if rest > 0 else ""
    is_over = found.is_over(time.time())
    over = "The class is over. " if is_over else ""
    return {
        "title": isolated(found.name),
        "task": found.task.sentence(),
        "rows": [_row(place, worse.get(place.run.id) is False) for place in places[:MOST_SHOWN]],
        "note": f"{over}{close}{told(places, worse)} {on_board(places, len(pupils))}{more}".strip(),
        "names": [] if places else [isolated(pupil.nickname) for pupil in pupils],
    } | ({} if is_over else _way_in(found.id))


def _way_in(class_id: str) -> dict[str, str]:
    """Return how pupils find a class."""
    link = pupils_link(class_id)
    return {
        "link": link.split("//")[-1],
        "typed": f"or the code {class_id} on the page “Class”",
        "code": "data:image/png;base64," + base64.b64encode(qr_code(link)).decode(),
    }


def _row(place: Place, tied: bool) -> dict[str, Any]:
    results = place.results
    return {
        "place": f"{place.rank}",
        "tied": tied,
        "name": isolated(place.pupil.nickname),
        "accuracy": percent(results.val_accuracy),
        "interval": interval(results.val_accuracy, results.val_images),
        "reached": place.reached,
    }


def _curves(shown: Entry) -> None:
    run = shown.run
    with plain_errors():
        history = store().history(run.id)
    for column, metric in zip(st.columns(2), METRICS, strict=True):
        with column:
            spec = run.spec
            figure = curves(history, metric, run.epoch_ends, spec.epochs, kept=spec.kept_epoch)
            figure.update_layout(height=480, title_font_size=26, legend_font_size=20)
            figure.update_xaxes(tickfont_size=20, title_font_size=22)
            figure.update_yaxes(tickfont_size=20, title_font_size=22)
            chart(figure, f"projector.{metric}.{run.id}", f"{metric} by epoch")

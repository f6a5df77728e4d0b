"""What a visitor without runs is met with: a network that learns, and their own digit read by the best."""

from pathlib import Path

import numpy as np
import streamlit as st

from core.data.drawing import prepare_drawing
from core.errors import RunNotFoundError
from core.export.first_run import first_film, first_run, learner
from core.figures.network.boxes import boxes
from core.inference.networks import probabilities
from core.runs.records import Run
from pages.shared.asking import ask, of
from pages.shared.canvas import canvas
from pages.shared.film import first_sent
from pages.shared.known_runs import SWITCH
from pages.shared.network_picture import network_picture
from pages.shared.services import plain_errors, store
from pages.shared.visitor import visitor
from pages.shared.words import escape
from pages.train.tour import tour_offer

KEY = "welcome"
"""Where the session keeps whether its visitor came without a link and has not closed it."""
CLOSED = "digits_welcome_closed"
"""The cookie by which a browser that closed it is known, so that it does not come again."""
WIDTH = 280
"""Of the canvas, in pixels: all of it and the Train button fit on a screen."""
_CSS = Path(__file__).with_suffix(".css")


def welcome() -> None:
    """Draw it for whom it is meant: not for who came by a link, or has hidden the runs that came along."""
    with plain_errors(go_on=True):
        if not _is_meant():
            return
        best, learned = _bundled(first_run()), _bundled(learner())
        if best is None or learned is None:
            return
        with st.container(border=True, key="welcome"):
            st.html(_CSS)
            network, drawing = st.columns([3, 1], gap="large")
            with network:
                _learning(learned)
            with drawing:
                _reader(best)
            _foot()


def _is_meant() -> bool:
    if KEY not in st.session_state:
        st.session_state[KEY] = not ({"run", "spec"} & set(st.query_params) or CLOSED in st.context.cookies)
    shown = st.session_state[KEY] and st.session_state.get(SWITCH, True)
    return shown and not store().has_runs(visitor())


def _bundled(run_id: str | None) -> Run | None:
    """Return a bundled run, or None where this store does not have it."""
    try:
        return store().get(run_id) if run_id else None
    except RunNotFoundError:
        return None


def _learning(run: Run) -> None:
    found = first_film()
    if found is None:
        return
    assert run.results is not None  # a bundled run has ended
    right = f"{100 * run.results.test_accuracy:.1f}%"
    st.markdown(
        f"**A network learns to read:** untrained it guesses, after {run.spec.epochs} epochs it reads "
        f"{right} of the test images right.",
        help="The quick start. To film it, its training was done again with the same seed; the last picture "
        "is made by the weights that came along.",
    )
    told = f"{escape(run.name)}. Click a layer to read what it is and costs."
    picture = boxes(run.spec.layers)
    network_picture(picture, "welcome.network", told, tiles=found.tiles, film=first_sent(found), brief=True)


@st.fragment
def _reader(run: Run) -> None:
    """Draw the canvas and what the network reads, in a place of its own height: nothing below it moves."""
    answer = st.container(height=40, border=False)
    with st.container(width=WIDTH):
        ink = canvas("welcome.canvas", 0)
    with answer:
        if ink is None:
            st.markdown("**Draw one:** the best network reads it.")
            return
        with plain_errors(go_on=True):
            p = ask(probabilities, *of(run), prepare_drawing(ink).image[None])[0]
            digit = int(np.argmax(p))
            st.markdown(f"It reads a **{digit}** ({100 * p[digit]:.0f}%).")


def _foot() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Now train one of your own: press **Train** below.", width="stretch")
        with st.container(width="content"):
            tour_offer(CLOSED, _close)


def _close() -> None:
    st.session_state[KEY] = False

"""What a visitor without runs is met with: the best network at work, and their own digit read by it."""

import numpy as np
import streamlit as st

from core.data.drawing import prepare_drawing
from core.errors import RunNotFoundError
from core.export.first_run import first_run
from core.figures.network.boxes import boxes
from core.inference.networks import probabilities
from core.runs.records import Run
from pages.shared.asking import ask, of
from pages.shared.canvas import canvas
from pages.shared.film import film, sent
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


def welcome() -> None:
    """Draw it for whom it is meant: not for who came by a link, or has hidden the runs that came along."""
    with plain_errors(go_on=True):
        run = _first() if _is_meant() else None
        if run is None:
            return
        with st.container(border=True, key="welcome"):
            network, drawing = st.columns([3, 1], gap="large")
            with network:
                _at_work(run)
            with drawing:
                _reader(run)
            _foot()


def _is_meant() -> bool:
    if KEY not in st.session_state:
        st.session_state[KEY] = not ({"run", "spec"} & set(st.query_params) or CLOSED in st.context.cookies)
    shown = st.session_state[KEY] and st.session_state.get(SWITCH, True)
    return shown and not store().has_runs(visitor())


def _first() -> Run | None:
    """Return the best bundled run, or None where this store has none of them."""
    try:
        return store().get(found) if (found := first_run()) else None
    except RunNotFoundError:
        return None


def _at_work(run: Run) -> None:
    assert run.results is not None  # a bundled run has ended
    right = f"{100 * run.results.test_accuracy:.1f} %"
    st.markdown(f"**The best network here at work:** it reads {right} of the test images right.")
    if found := film(run):
        passing = sent(run, found) | {"passing": True}
        told = f"{escape(run.name)}. Click a layer to read what it is and costs."
        picture = boxes(run.spec.layers)
        network_picture(picture, "welcome.network", told, tiles=found.tiles, film=passing, brief=True)


@st.fragment
def _reader(run: Run) -> None:
    """Draw the canvas and what the network reads, in a place of its own height: nothing below it moves."""
    answer = st.container(height=40, border=False)
    with st.container(width=WIDTH):
        ink = canvas("welcome.canvas", 0)
    with answer:
        if ink is None:
            st.markdown("**Draw a digit:** it reads yours too.")
            return
        with plain_errors(go_on=True):
            p = ask(probabilities, *of(run), prepare_drawing(ink).image[None])[0]
            digit = int(np.argmax(p))
            st.markdown(f"It reads a **{digit}** ({100 * p[digit]:.0f} %).")


def _foot() -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("Now train one of your own: press **Train** below.", width="stretch")
        with st.container(width="content"):
            tour_offer(CLOSED, _close)


def _close() -> None:
    st.session_state[KEY] = False

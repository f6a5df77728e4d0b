"""Test-time copies: what a network gains or loses when it is asked about changed copies of each image too."""

import hashlib

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.analysis.compared import flip_counts
from core.analysis.intervals import interval
from core.analysis.predictions import Predictions, Which
from core.analysis.significance import Flips, difference, flips, verdict
from core.data import mnist
from core.errors import UserError
from core.figures.sprites import framed
from core.inference.copies import Asked, asked, asked_in_pieces
from core.inference.ensemble import STRENGTH
from core.runs.artifacts import MODEL
from core.runs.pools import load_pool
from core.runs.records import Run
from core.words import duration
from pages.shared.answers import images, pick_set, predictions
from pages.shared.asking import ask, of
from pages.shared.choice import one_of
from pages.shared.services import store

NUMBERS, USUAL = (4, 8, 16), 8
WANTED, MEASURED, KEPT = "copies.wanted", "copies.measured", 4
"""Where the session keeps what is being asked, and the last few answers."""
SHOWN, CARD = 24, 108
CELLS = {"only_b": "Mended by copies", "only_a": "Broken by copies"}


def copies(run: Run) -> None:
    """Draw a run's accuracy with copies of each image beside the plain one, once that is asked for.

    No fragment: while one runs, Streamlit lets a click inside it wait, so that nothing could be stopped.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = pick_set("on")
        number = one_of("Copies of each image", list(NUMBERS), default=USUAL, key="copies")
    st.caption(
        f"Each image is asked {number + 1} times: as it is, and in {number} copies turned by up to "
        f"{STRENGTH.rotation:g}°, resized and shifted by up to {STRENGTH.zoom:.0%}, the same for all images. "
        "The mean of the answers counts (Krizhevsky et al. 2012, section 4.1)."
    )
    saved = predictions(run, which)
    if saved is None or MODEL not in store().artifact_names(run.id):
        st.info("This run kept no predictions, or its model is not there.")
        return
    measured, key = st.session_state.setdefault(MEASURED, {}), (*of(run), which, number)
    if key not in measured:
        wanted = st.session_state.setdefault(WANTED, set())
        place = st.empty()
        with place.container():
            _buttons(wanted, key)
            if key not in wanted:
                passes = f"{len(saved.index):,} images, {number + 1} times each"
                st.caption(f"Takes about {number + 1} times as long as asking once: {passes}.")
                return
            try:
                measured[key] = _measured(run, saved, which, number)
            except UserError:
                wanted.discard(key)
                raise
        place.empty()
        wanted.discard(key)
        for old in list(measured)[:-KEPT]:
            del measured[old]
    _draw(run, saved, measured[key], which, number)


def _buttons(wanted: set[tuple[object, ...]], key: tuple[object, ...]) -> None:
    with st.container(horizontal=True):
        st.button(
            "Measure with copies",
            type="primary",
            icon=":material/play_arrow:",
            help="Others' questions are answered in between.",
            on_click=wanted.add,
            args=(key,),
            disabled=key in wanted,
        )
        help_text = "What was asked so far is kept for a while: measuring again goes on there."
        st.button(
            "Stop",
            icon=":material/stop:",
            help=help_text,
            on_click=wanted.discard,
            args=(key,),
            disabled=key not in wanted,
        )


def _measured(run: Run, saved: Predictions, which: Which, number: int) -> Asked:
    """Ask in pieces, with progress; pieces that were asked before are known."""
    bar, count = st.progress(0.0, "Asking the network …"), len(saved.index)
    pool = mnist.test() if which == "test" else load_pool(store(), run.spec.data.source)
    return asked_in_pieces(
        of(run),
        pool.images[saved.index],
        number,
        _piece_of,
        lambda share: bar.progress(share, f"{share * count:,.0f} of {count:,} images are asked"),
    )


def _piece_of(url: str, run_id: str, ended_at: float, pictures: NDArray[np.uint8], number: int) -> Asked:
    digest = hashlib.sha256(pictures.tobytes()).hexdigest()
    return _piece(url, run_id, ended_at, digest, number, pictures)


@st.cache_resource(max_entries=4_000, show_spinner=False)
def _piece(
    url: str, run_id: str, ended_at: float, digest: str, number: int, _pictures: NDArray[np.uint8]
) -> Asked:
    """Ask about a piece once, for all visitors."""
    return ask(asked, url, run_id, ended_at, _pictures, number)


def _draw(run: Run, saved: Predictions, found: Asked, which: Which, number: int) -> None:
    plain, averaged = (Predictions(saved.index, saved.labels, said) for said in (found.plain, found.averaged))
    for column, label, answers in zip(
        st.columns(2), ("As it is", f"With {number} copies"), (plain, averaged), strict=True
    ):
        with column:
            st.metric(f"{label}, accuracy", f"{answers.accuracy:.2%}", border=True)
            st.caption(f"95% interval {interval(answers.accuracy, len(answers.labels))}")
    changed = flips(plain, averaged)
    text = verdict(difference(changed), "the network without copies", "the network with copies")
    st.markdown(f"**{text[0].upper()}{text[1:]}** (McNemar's exact test on the images that flip)")
    st.caption(
        f"With copies it took {found.slower:.1f} times as long: {_seconds(found.seconds_with)} instead of "
        f"{_seconds(found.seconds)} for {changed.images:,} images in this server's worker."
    )
    if plain.accuracy != saved.accuracy:
        st.caption(f"Where it was trained the network came to {saved.accuracy:.2%} on these images.")
    if which == "test":
        st.caption("Whoever chooses the number of copies by the test images has tuned on them.")
    _flipped(run, plain, averaged, changed, which)


def _seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < 10 else duration(seconds)


def _flipped(run: Run, plain: Predictions, averaged: Predictions, changed: Flips, which: Which) -> None:
    left, right = st.columns([2, 5], gap="large")
    with left:
        st.markdown("**What became of each image**")
        st.table(flip_counts(changed), border="horizontal")
        st.caption("A: as it is. B: with copies.")
    with right:
        cell = one_of(
            "Images that flip", list(CELLS), default="only_b", format_func=CELLS.__getitem__, key="flipped"
        )
        rows = getattr(changed, cell)
        if not len(rows):
            st.caption("There is no such image.")
            return
        more = f" The first {SHOWN} of {len(rows)}." if len(rows) > SHOWN else ""
        st.caption(f"Under each image: the true digit, then what was read without and with copies.{more}")
        shown = rows[:SHOWN]
        notes = [f"{plain.labels[at]}: {plain.predicted[at]} → {averaged.predicted[at]}" for at in shown]
        pictures = images(run, plain.index[shown].tolist(), which)
        alts = [f"A handwritten {plain.labels[at]}" for at in shown]
        st.image([framed(picture) for picture in pictures], caption=notes, alt=alts, width=CARD)

"""Making submission.csv: asked in chunks, with progress; it can be stopped and goes on where it was."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.submission import ROWS, submission_csv
from core.errors import DataError, UserError
from core.figures.sprites import framed
from core.inference.ensemble import CHUNK, answers, ensemble
from core.inference.submission import Expected, expected, named
from core.runs.names import run_names
from core.runs.records import Run
from pages.kaggle.score import expected_score
from pages.shared.asking import ask
from pages.shared.services import plain_errors, store
from pages.shared.test_file import TestFile
from pages.shared.words import escape

MADE, UNDER_WAY = "kaggle.made", "kaggle.under_way"
SHOWN = 12
Key = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Made:
    """A finished submission, what was asked for it, the runs that answered, and why others did not."""

    key: Key
    runs: tuple[Run, ...]
    left_out: tuple[str, ...]
    probabilities: NDArray[np.float32]
    score: Expected | None


def submission(runs: Sequence[Run], copies: int, test: TestFile | None) -> None:
    """Draw the expected score, then the way to the submission, and the submission once it is made.

    No fragment: while one runs, Streamlit lets a click inside it wait, so that nothing could be stopped.
    What stands below on the page is to be drawn before.
    """
    key = (*((run.id, run.ended_at) for run in runs), copies, test.digest if test else "")
    made: Made | None = st.session_state.get(MADE)
    if made is not None and made.key != key:
        made = None
    st.subheader("What it will score")
    expected_score(made.runs if made else runs, copies, made.score if made else None)
    if test is None:
        return
    st.subheader("The submission")
    if made is not None:
        _draw(made, test)
        return
    under_way = st.session_state.get(UNDER_WAY) == key
    _buttons(key, under_way)
    if under_way:
        with plain_errors(go_on=True):
            _make(key, runs, copies, test)


def _buttons(key: Key, under_way: bool) -> None:
    with st.container(horizontal=True):
        st.button(
            "Make submission.csv",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(key,),
            disabled=under_way,
        )
        help_text = "What was read so far is kept for a while: making it again goes on there."
        st.button("Stop", icon=":material/stop:", on_click=_stop, help=help_text, disabled=not under_way)


def _start(key: Key) -> None:
    st.session_state[UNDER_WAY] = key


def _stop() -> None:
    st.session_state.pop(UNDER_WAY, None)


def _make(key: Key, runs: Sequence[Run], copies: int, test: TestFile) -> None:
    """Ask the networks, keep what they say and draw the page anew; one that cannot answer is left out.

    Raises:
        DataError, StoreError: no network answers; nothing is kept.
    """
    bar = st.progress(0.0, "Asking the networks …")
    try:
        able, left_out = _able(runs, copies, test)
        said = ensemble(
            [named(store(), run) for run in able],
            test.images,
            copies,
            _answers,
            lambda share: bar.progress(share, f"{share * ROWS:,.0f} of {ROWS:,} images are read"),
        )
        score = None
        if copies:
            told = "Measuring the same on images whose labels are known"
            score = expected(store(), able, copies, _answers, lambda share: bar.progress(share, told))
    except UserError:
        _stop()
        raise
    st.session_state[MADE] = Made(key, tuple(able), tuple(left_out), said, score)
    _stop()
    st.rerun()


def _able(runs: Sequence[Run], copies: int, test: TestFile) -> tuple[list[Run], list[str]]:
    """Return the runs whose networks answer the first images, and a sentence for each that does not.

    Raises:
        DataError: none of them does.
    """
    able, left_out = [], []
    for run, title in zip(runs, run_names(runs), strict=True):
        try:
            _answers(*named(store(), run), test.images[:CHUNK], copies)
            able.append(run)
        except UserError as error:
            left_out.append(f"{title}: {error}")
    if not able:
        raise DataError(" ".join(left_out))
    return able, left_out


def _answers(
    url: str, run_id: str, ended_at: float, images: NDArray[np.uint8], copies: int
) -> NDArray[np.float32]:
    digest = hashlib.sha256(images.tobytes()).hexdigest()
    return _chunk(url, run_id, ended_at, digest, copies, images)


@st.cache_resource(max_entries=2_000, show_spinner=False)
def _chunk(
    url: str, run_id: str, ended_at: float, digest: str, copies: int, _images: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """Ask about a chunk once: a stopped submission goes on where it was."""
    return ask(answers, url, run_id, ended_at, _images, copies)


def _draw(made: Made, test: TestFile) -> None:
    digits = made.probabilities.argmax(axis=1)
    for sentence in made.left_out:
        st.warning(f"Left out: {escape(sentence)}", icon=":material/error:")
    with plain_errors():
        content = submission_csv(digits)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Download submission.csv",
            content,
            "submission.csv",
            "text/csv",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
        st.markdown(
            f"Checked: `ImageId,Label`, {ROWS:,} rows, ids 1 to {ROWS}, labels 0 to 9.", width="stretch"
        )
    st.markdown("**How often each digit was read**")
    counts = np.bincount(digits, minlength=10)
    st.markdown(" · ".join(f"**{digit}** {count:,} times" for digit, count in enumerate(counts)))
    _least_sure(made, test, digits)


def _least_sure(made: Made, test: TestFile, digits: NDArray[np.int64]) -> None:
    st.markdown(f"**The {SHOWN} images it is least sure of**, and what it wrote down")
    sure = made.probabilities.max(axis=1)
    with st.container(horizontal=True):
        for place in np.argsort(sure, kind="stable")[:SHOWN]:
            with st.container(width=104, gap=None):
                st.image(framed(test.images[place]), alt=f"Image {place + 1:,}", width="stretch")
                st.caption(f"Id {place + 1:,}  \nread as **{digits[place]}**, p = {sure[place]:.2f}")

"""Asking saved networks: the page waits for the second lane, and can be left or changed meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.errors import DataError, LimitError
from core.runs.records import Run
from pages.shared.services import lane, store

Answer = TypeVar("Answer")
Floats = NDArray[np.float32]
LOOK = 0.1
"""Seconds between two looks whether the answer is there; in between the visitor may have gone."""
MOST_WAITING = 8
"""Downloads that wait for the lane at a time: each holds one of the server's forty threads for them."""
_places = threading.BoundedSemaphore(MOST_WAITING)
SILENT = 5
"""Looks before the page says that it waits."""


def ask(question: Callable[..., Answer], *arguments: object) -> Answer:
    """Return the answer of a function of `core.inference`, called in the lane's worker.

    A visitor who changes something or leaves meanwhile ends the wait.

    Raises:
        DataError: the worker died over it, or it took longer or more memory than the host allows.
        UserError: what the question raised.
    """
    future = lane().ask(question, *arguments)
    try:
        _wait(future)
        return future.result()
    finally:
        future.cancel()  # whoever has left asks no more


def answer_within(seconds: float, question: Callable[..., Answer], *arguments: object) -> Answer:
    """Return the same where no page is drawn, as for a download.

    Raises:
        DataError: as in `ask`, or its turn did not come in time.
        LimitError: too many wait already.
        UserError: what the question raised.
    """
    if not _places.acquire(blocking=False):
        raise LimitError("Many downloads wait for the networks just now: try it again in a minute.")
    try:
        future = lane().ask(question, *arguments)
        return future.result(seconds)
    except TimeoutError as error:
        future.cancel()
        raise DataError("The worker that runs the networks did not answer: try it once more.") from error
    finally:
        _places.release()


def _wait(future: "Future[Answer]") -> None:
    place = st.empty()
    looks = 0
    while not wait([future], LOOK).done:
        looks += 1  # each look draws, and so lets Streamlit end a script that is no longer wanted
        place.caption("The network is being asked …" if looks > SILENT else "")
    place.empty()


def of(run: Run) -> tuple[str, str, float]:
    """Return what names a run's network to a question: the store's address, the run, the time it ended."""
    return store().url, run.id, run.ended_at or 0.0

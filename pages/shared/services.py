"""The process-wide store and launcher, and how their failures reach a page."""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from core.errors import UserError
from core.home import BUNDLE
from core.inference.lane import Lane
from core.runs.store import RunStore, open_store
from core.sweeps.conductor import Conductor
from core.telling.teller import Teller
from core.training.capacity import LEAST, threads, workers
from core.training.cluster import Cluster, scheduler
from core.training.engine import process_pool
from core.training.launcher import Launcher
from pages.shared.words import escape

log = logging.getLogger(__name__)
WITHOUT_BUNDLE = "DIGITS_BUNDLED_RUNS"
"""Set to "no", a new store begins empty."""
_NO = ("no", "false", "off", "0")
"""As people write it, of whom many know other programs' variables."""

_lock = threading.Lock()
_launcher: Launcher | None = None
_conductor: Conductor | None = None
_lane: Lane | None = None
_teller: Teller | None = None


def store() -> RunStore:
    """Return the store of runs.

    Raises:
        StoreError: it cannot be opened; the next call tries again.
    """
    with _lock:
        return open_store()


def launcher() -> Launcher:
    """Return the launcher of this server, started at its first use.

    Raises:
        UserError: the store cannot be opened, the number of workers is no number, or the
            cluster cannot be used.
    """
    global _launcher
    runs = store()
    with _lock:
        if _launcher is None:
            if address := scheduler():
                _launcher = Launcher(runs, cluster=Cluster(address))
            else:
                if (count := workers()) == 0:
                    log.warning(
                        "Runs wait for a server that trains and has this store: here DIGITS_WORKERS is 0, "
                        "or is not set and less than %d MB of memory are allowed",
                        LEAST // 10**6,
                    )
                _launcher = Launcher(runs, partial(process_pool, threads(count)), count)
        return _launcher


def conductor() -> Conductor:
    """Return the conductor of this server's sweeps, started at its first use."""
    global _conductor
    runs, trains = store(), launcher()
    with _lock:
        _conductor = _conductor or Conductor(runs, trains)
        return _conductor


def lane() -> Lane:
    """Return the lane in which this server runs saved networks; its worker starts with the first question."""
    global _lane
    with _lock:
        _lane = _lane or Lane()
        return _lane


def teller() -> Teller:
    """Return what tells people that their runs are done, started at its first use."""
    global _teller
    runs = store()
    with _lock:
        _teller = _teller or Teller(runs)
        return _teller


def open_up() -> None:
    """Open the store and take over the bundled runs that it lacks, before the first page is drawn."""
    try:
        if warning := store().warning:
            log.warning("%s", warning)
        if os.environ.get(WITHOUT_BUNDLE, "").strip().lower() not in _NO and _may_lack_runs(store()):
            from core.export.bundle import bring  # which takes a while to load, and is rarely needed

            bring(store())
    except UserError as error:
        log.warning("%s", error)


def warm_workers() -> None:
    """Have a worker ready before the first run, and go on with the sweeps that a server left behind."""
    try:
        launcher().warm_up()
        conductor()
        teller()
    except UserError as error:
        log.warning("%s", error)


def _may_lack_runs(runs: RunStore) -> bool:
    """Return whether a store may have to take over bundled runs: it is new, or has some and not all."""
    return runs.is_new() or 0 < len(runs.bundled()) < len(list(BUNDLE.glob("*.zip")))


def close_workers() -> None:
    global _launcher, _conductor, _lane, _teller
    with _lock:
        telling, _teller = _teller, None
        conducting, _conductor = _conductor, None
        closing, _launcher = _launcher, None
        answering, _lane = _lane, None
    if answering is not None:
        answering.close()
    if telling is not None:
        telling.close()
    if conducting is not None:
        conducting.close()
    if closing is not None:
        closing.close()


class PageEnd(StopException):
    """Ends a page, or a part of it that draws itself anew, with an error.

    As after `st.stop` Streamlit keeps the choices of what was not drawn; unlike then, more can be drawn.
    """


@contextmanager
def plain_errors(go_on: bool = False) -> Iterator[None]:
    """Show what a user can mend as one sentence; nothing else is caught.

    Args:
        go_on: whether the page can be drawn on after it; otherwise it ends there.
    """
    try:
        yield
    except UserError as error:
        st.error(escape(str(error)), icon=":material/error:")
        if not go_on:
            raise PageEnd from error

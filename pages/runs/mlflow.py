"""Sending saved runs to MLflow, where a tracking server is set, and how far they have got there."""

import streamlit as st

from core.runs.mirrors import Mirror, tracking_uri
from core.runs.records import Run
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

TICK = 2.0
"""Seconds between two looks at runs that are on their way."""
SLOW_TICK = 10.0
"""Seconds between two looks at whether MLflow can be used."""


def problem_line() -> None:
    """Say in one line why runs wait that are to go to MLflow, as long as they do."""
    if uri := tracking_uri():
        st.fragment(_problem_line, run_every=SLOW_TICK)(uri)


def _problem_line(uri: str) -> None:
    with plain_errors():
        problem = store().mirror_problem(uri)
    if problem:
        waiting, error = problem
        runs = "One run waits" if waiting == 1 else f"{waiting:,} runs wait"
        words = f"{escape(error)} {runs} and will be sent once that is mended, without your doing."
        st.warning(words, icon=":material/cloud_off:")


def send_button(chosen: list[Run]) -> None:
    """Offer to send runs to MLflow; draw nothing where no server is set."""
    if uri := tracking_uri():
        st.button(
            "Send to MLflow",
            icon=":material/cloud_upload:",
            help="Copies settings, curves, results and model there, or brings the copy up to date.",
            on_click=_want,
            args=([run.id for run in chosen], uri),
        )


def mirror_status(chosen: list[Run]) -> None:
    """Say how many of these runs are in MLflow, and look again while some are on their way."""
    if tracking_uri():
        ids = [run.id for run in chosen]
        on_its_way = any(mirror.done_at is None for mirror in _mirrors(ids))
        st.fragment(_status, run_every=TICK if on_its_way else None)(ids, on_its_way)


def _want(ids: list[str], uri: str) -> None:
    with plain_errors():
        store().want_mirrors(ids, uri)


def _status(ids: list[str], on_its_way: bool) -> None:
    known = _mirrors(ids)
    if on_its_way and all(mirror.done_at for mirror in known):
        st.rerun()
    if known:
        st.caption(" · ".join(_words(known)))


def _words(known: list[Mirror]) -> list[str]:
    done = [mirror for mirror in known if mirror.done_at]
    begun = [mirror for mirror in known if mirror.remote_id and not (mirror.done_at or mirror.error)]
    waiting = len(known) - len(done) - len(begun)
    words = [
        (done, f":material/cloud_done: {len(done)} in MLflow"),
        (begun, f":material/cloud_sync: {len(begun)} being sent to MLflow"),
        (waiting, f":material/schedule: {waiting} waiting to be sent to MLflow"),
    ]
    page = known[0].page if len(known) == 1 else None
    return [text for some, text in words if some] + ([f"[open there]({page})"] if page else [])


def _mirrors(ids: list[str]) -> list[Mirror]:
    with plain_errors():
        return list(store().mirrors(ids).values())

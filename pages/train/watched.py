"""The run that this session watches on the Train page: it stays when the page is left, until it is closed."""

import streamlit as st

from core.errors import RunNotFoundError
from core.runs.records import Run
from pages.shared.before import compare_with_before
from pages.shared.class_runs import counts_in_class
from pages.shared.into_view import into_view
from pages.shared.live_mistakes import live_mistakes
from pages.shared.longer import train_longer
from pages.shared.present import present_button
from pages.shared.run_network import run_network
from pages.shared.run_panel import run_panel
from pages.shared.services import plain_errors, store
from pages.shared.test_file import chosen_test
from pages.shared.visitor import is_own
from pages.shared.words import escape

WATCHED = "watched-run"
"""The key of the container in which a run is watched."""
_STARTED = "watched.started"
"""Where the session keeps which run it started last."""


def watched_run() -> Run | None:
    """Return the run of the address, or the one this session watched last; the address then names it."""
    run_id = st.query_params.get("run") or st.session_state.get("watched")
    if not run_id:
        return None
    try:
        run = store().get(run_id)
    except RunNotFoundError as error:
        _close()
        st.warning(escape(str(error)), icon=":material/link_off:")
        return None
    open_run(run.id)
    return run


def open_run(run_id: str) -> None:
    """Watch a run from now on, in this session and in the address."""
    st.session_state["watched"] = st.query_params["run"] = run_id


def open_started(run_id: str) -> None:
    """Watch a run that this visitor has just started: it comes into view."""
    st.session_state[_STARTED] = run_id
    open_run(run_id)


def going_on() -> None:
    """Lead who watches no run here, back again or in a second tab, to the run of theirs that goes on."""
    with plain_errors(go_on=True):
        own = [run for run in store().queue().runs if is_own(run) and not run.group_id]
        if own:
            run = max(own, key=lambda run: run.created_at)
            label = f"“{escape(run.name)}” is {run.status}: watch it"
            st.button(label, icon=":material/visibility:", key="going-on", on_click=open_run, args=(run.id,))


def _close() -> None:
    st.session_state.pop("watched", None)
    st.query_params.pop("run", None)


def watch(run: Run, rows: dict[int, str] | None) -> None:
    """Draw the watched run with its network and its link, and the button that closes it.

    Args:
        rows: as in `network_picture`, where the network under edit is the same.
    """
    run_panel(run, charts_first=True)
    counts_in_class(run)
    run_network(run, rows)
    live_mistakes(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        label = "Full results of this run" if run.results else "This run's own page, to share"
        st.page_link("results/page.py", label=label, icon=":material/insights:", query_params={"run": run.id})
        if run.results:
            _uses(run)
        compare_with_before(run)
        present_button(run=run.id)
        if not run.is_live:
            train_longer(run, _watch_instead)
        st.button("Close", icon=":material/close:", type="tertiary", on_click=_close)
        if st.session_state.get(_STARTED) == run.id:
            into_view(WATCHED, run.id)


def _uses(run: Run) -> None:
    """Draw the ways to what a measured network is good for; to Kaggle for who has brought its test.csv."""
    label, query = "Draw a digit for it", {"by": run.id}
    st.page_link("draw/page.py", label=label, icon=":material/draw:", query_params=query)
    if chosen_test() is not None:
        label, query = "Make its submission.csv", {"nets": run.id}
        st.page_link("kaggle/page.py", label=label, icon=":material/upload_file:", query_params=query)


def _watch_instead(run: Run) -> None:
    open_started(run.id)
    st.rerun()

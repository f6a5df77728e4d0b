"""All saved runs: sort, filter, open, compare, rename, tag, delete; and the import of others."""

import streamlit as st

from core.words import count
from pages.runs.importer import run_importer
from pages.runs.mlflow import problem_line
from pages.runs.table import actions, filtered, run_table, undo
from pages.shared.known_runs import bundled_switch, known_of
from pages.shared.limits import limits_note
from pages.shared.pins import say_what_goes
from pages.shared.services import plain_errors, store
from pages.shared.words import escape


def runs() -> None:
    st.title("Runs")
    undo()
    _warnings()
    _saved()
    run_importer()
    limits_note()


def _warnings() -> None:
    with plain_errors():
        if warning := store().warning:
            st.warning(escape(warning), icon=":material/cloud_sync:")
    problem_line()


def _saved() -> None:
    with plain_errors():
        every = store().runs()
        saved = known_of(every)
    say_what_goes(every)
    if any(run.is_bundled for run in every):
        bundled_switch()
    if not saved:
        st.info("No run has been saved yet: train one first.", icon=":material/info:")
        st.page_link("train/page.py", label="Train a network", icon=":material/play_circle:")
    elif shown := filtered(saved):
        actions(run_table(shown))
    else:
        known = count(len(saved), "run")
        st.info(f"Of {known} here none passes these filters; “Only mine” shows those of this browser.")


if __name__ == "__main__":
    runs()

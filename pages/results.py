"""One run, to its last digit; its address is `?run=ID`."""

import streamlit as st

from pages._shared.draft import load_draft
from pages._shared.evaluation import configuration, evaluation
from pages._shared.exports import run_exports
from pages._shared.repeats import repeat
from pages._shared.run_panel import run_panel
from pages._shared.run_picker import pick_run
from pages._shared.share import copy_link


def results() -> None:
    st.title("Results")
    run = pick_run()
    if run is None:
        st.info("No run has been saved yet: train one first.", icon=":material/info:")
        st.page_link("train.py", label="Train a network", icon=":material/play_circle:")
        return
    run_panel(run)
    with st.container(horizontal=True):
        help_text = "Opens the Train page on its settings."
        changed = st.button("Train this, changed", icon=":material/edit:", help=help_text)
        repeat(run)
        run_exports(run)
        copy_link("results")
    if changed:
        load_draft(run.spec, run.preset)
        st.switch_page("train.py")
    if run.is_live:
        st.caption(
            "The confusion matrix, the report and the worst errors appear here when the run has ended."
        )
    elif run.results:
        st.subheader("Where it is right and where it fails")
        evaluation(run)
    st.subheader("What it was made of")
    configuration(run)


if __name__ == "__main__":
    results()

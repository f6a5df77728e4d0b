"""One run, to its last digit; its address is `?run=ID`."""

import streamlit as st

from core.model.link import to_link
from core.runs.records import Run
from pages.results.confidence import confidence
from pages.results.copies import copies
from pages.results.inside.network import inside
from pages.results.inside.robustness import robustness
from pages.results.k_fold import k_fold
from pages.results.lineage import lineage
from pages.results.mistakes import mistakes
from pages.results.scrubber import scrubber
from pages.results.settings import configuration
from pages.results.slides import results_slides
from pages.shared.before import compare_with_before
from pages.shared.choice import one_of
from pages.shared.class_runs import counts_in_class
from pages.shared.exports import run_exports
from pages.shared.leaving import go_to
from pages.shared.link_code import run_code
from pages.shared.live_mistakes import live_mistakes
from pages.shared.longer import train_longer
from pages.shared.note import note, note_editor
from pages.shared.paper import print_button
from pages.shared.present import leave, present, present_button, presented
from pages.shared.repeats import repeat
from pages.shared.run_network import run_network
from pages.shared.run_panel import run_panel
from pages.shared.run_picker import named_run, pick_run
from pages.shared.services import plain_errors
from pages.shared.share import copy_link
from pages.shared.visitor import may_change

PARTS = {
    "Mistakes": mistakes,
    "Epoch by epoch": scrubber,
    "Confidence": confidence,
    "Inside": inside,
    "Robustness": robustness,
    "Copies": copies,
    "Settings": configuration,
}


def results() -> None:
    if presented():
        run = named_run()
        present(f"Results · {run.name}", results_slides(run)) if run else leave()
        return
    st.title("Results")
    run = pick_run()
    if run is None:
        return
    note(run)
    run_panel(run)
    counts_in_class(run)
    lineage(run)
    compare_with_before(run)
    st.fragment(_steps)(run)
    run_network(run)
    if run.is_live:
        live_mistakes(run)
        st.caption(
            "More of its mistakes, and of what is inside the network, is shown when the run has ended."
        )
    parts = PARTS if run.results else {"Settings": configuration}
    part = one_of("See", list(parts), default=next(iter(parts)), key="part")
    with plain_errors(go_on=True):
        parts[part](run)


def _steps(run: Run) -> None:
    """Draw what can be done with a run, in one line, and do it."""
    with st.container(horizontal=True):
        help_text = "Opens the Train page on its settings."
        changed = st.button("Train this, changed", icon=":material/edit:", help=help_text)
        train_longer(run, _watch)
        repeat(run)
        k_fold(run)
        if may_change(run):
            note_editor(run)
        run_exports(run)
        present_button(run=run.id)
        copy_link("results")
        run_code(run)
        print_button("On paper stands what was open: one part of the page, chosen below.")
    if changed:
        go_to("train/page.py", {"spec": to_link(run.spec)})


def _watch(run: Run) -> None:
    go_to("train/page.py", {"run": run.id})


if __name__ == "__main__":
    results()

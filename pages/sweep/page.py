"""Search for good settings: define a sweep, or watch one; its address is `?sweep=ID`."""

import streamlit as st

from pages.shared.chart import preload
from pages.shared.draft import current_draft
from pages.shared.limits import limits_note
from pages.shared.present import leave, present, presented
from pages.sweep.editor import sweep_editor
from pages.sweep.panel import sweep_panel
from pages.sweep.picker import named_sweep, pick_sweep
from pages.sweep.slides import sweep_slides


def sweep() -> None:
    if presented():
        group = named_sweep()
        present(f"Sweep · {group.name}", sweep_slides(group)) if group else leave()
        return
    st.title("Sweep")
    st.caption(
        "Tries many settings for you. Choose what may vary and how far; each try is a run like any other, "
        "and the search goes on when you close the browser."
    )
    group = pick_sweep()
    if group:
        sweep_panel(group)
    else:
        sweep_editor(current_draft())
        limits_note()
    preload()


if __name__ == "__main__":
    sweep()

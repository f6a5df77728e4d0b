"""The bundled runs by experiment, and the links that open them."""

from collections.abc import Sequence

import streamlit as st

from core.export.bundle import BundledRun, bundle, fill
from core.model.experiments import EXPERIMENTS
from core.model.link import to_link
from pages.shared.run_table import MOST_COMPARED
from pages.shared.services import plain_errors, store

Runs = dict[str, list[BundledRun]]
"""The runs of each experiment, by its name, in the order of the experiments."""


def bundled_runs() -> Runs:
    """Return all bundled runs.

    Raises:
        DataError: a file of the bundle is damaged.
    """
    found: Runs = {}
    for run in bundle():
        found.setdefault(run.experiment.name, []).append(run)
    return found


def compare_link(label: str, runs: Sequence[BundledRun]) -> None:
    """Draw the way to these runs on the Compare page, or how to have them here."""
    ids = [run.id for run in runs][:MOST_COMPARED]
    with plain_errors():
        here = {run.id for run in store().runs()}
    if here.issuperset(ids):
        query = {"compare": ",".join(ids)}
        st.page_link("compare/page.py", label=label, icon=":material/compare_arrows:", query_params=query)
    elif st.button("Bring its runs here", key=f"fill.{ids[0]}", icon=":material/download:", type="tertiary"):
        with plain_errors():
            fill(store())
        st.rerun()


def train_link(name: str) -> None:
    """Draw the way to an experiment's configuration on the Train page."""
    st.page_link(
        "train/page.py",
        label="Train it here",
        icon=":material/play_circle:",
        query_params={"spec": to_link(EXPERIMENTS[name].spec)},
    )

"""The bundled runs by experiment, and the links that open them."""

from collections.abc import Sequence

import streamlit as st

from core.export.bundle import BundledRun, bundle, fill
from core.export.repeats import Repeats, repeats
from core.model.experiments import EXPERIMENTS
from core.model.link import to_link
from pages.shared.run_picker import MOST_COMPARED
from pages.shared.services import plain_errors, store

Runs = dict[str, Repeats]
"""What was trained of each experiment, by its name, in the order of the experiments."""


def bundled_runs() -> Runs:
    """Return all bundled runs.

    Raises:
        DataError: a file of the bundle is damaged.
    """
    return repeats(bundle())


def ids(runs: Runs) -> tuple[str, ...]:
    """Return what names these runs: what is worked out of them is kept under it."""
    return tuple(run.id for found in runs.values() for run in found.every)


def offer_missing(runs: Runs) -> None:
    """Offer to bring those of the runs here that are not in the store, if there are any."""
    with plain_errors():
        here = {run.id for run in store().runs()}
    missing = sum(run.id not in here for found in runs.values() for run in found.every)
    if not missing:
        return
    st.caption(f"{missing} of the runs behind these numbers are not among the saved runs here.")
    if st.button("Bring them here", icon=":material/download:"):
        with plain_errors():
            fill(store())
        st.rerun()


def compare_link(label: str, runs: Sequence[BundledRun]) -> None:
    """Draw the way to these runs on the Compare page."""
    query = {"compare": ",".join([run.id for run in runs][:MOST_COMPARED])}
    st.page_link("compare/page.py", label=label, icon=":material/compare_arrows:", query_params=query)


def train_link(name: str) -> None:
    """Draw the way to an experiment's configuration on the Train page."""
    st.page_link(
        "train/page.py",
        label="Train it here",
        icon=":material/play_circle:",
        query_params={"spec": to_link(EXPERIMENTS[name].spec)},
    )

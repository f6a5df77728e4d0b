"""What comes back in: a run that was exported as a zip, and a configuration as JSON."""

from collections.abc import Sequence
from typing import Any, BinaryIO

import streamlit as st

from core.errors import SpecError
from core.export.archive import unpack
from core.inference.arrivals import Arrival, Claim, checked
from core.model.specs import RunSpec, parse
from core.runs.pools import check_pool
from core.runs.records import Run
from pages.shared.asking import ask
from pages.shared.draft import Draft, load_draft
from pages.shared.services import store
from pages.shared.uploads import upload
from pages.shared.visitor import visitor
from pages.shared.words import escape

_LARGEST_SPEC = 1_000_000
"""Bytes of a configuration; a real one has about two thousand."""


def run_importer() -> None:
    """Let a run's zip be uploaded; its link appears once it is saved here."""
    turn = st.session_state.setdefault("imports", 0)
    with st.popover("Import a run", icon=":material/upload:", key=f"import.{turn}.popover"):
        run = upload("A run that was downloaded as a zip", ["zip"], "import", _import)
    if run is not None:
        st.session_state["imported"] = (run.id, run.name)
        st.session_state["imports"] = turn + 1  # another popover, a closed one
        st.rerun()
    if imported := st.session_state.get("imported"):
        _say_imported(*imported)


def _import(file: BinaryIO) -> Run:
    return unpack(store(), file.read(), visitor(), _checked)


def _checked(spec: str, model: bytes, claims: Sequence[Claim]) -> Arrival:
    return ask(checked, spec, model, claims)


def _say_imported(run_id: str, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f"“{escape(name)}” was imported.", width="stretch")
        query = {"run": run_id}
        st.page_link("results/page.py", label="Its results", icon=":material/insights:", query_params=query)
        st.button(
            "Dismiss", icon=":material/close:", type="tertiary", on_click=_forget, key="imported.dismiss"
        )


def _forget() -> None:
    st.session_state.pop("imported", None)


def spec_importer(draft: Draft) -> None:
    """Let a configuration be uploaded into the editor; one that cannot be used leaves the editor as it is."""
    text = "Put a configuration that was downloaded as JSON into the editor."
    with st.popover("Import", icon=":material/upload:", help=text, key=f"{draft.version}.import"):
        uploaded = upload(
            "A configuration as JSON, from a run's downloads", ["json"], f"{draft.version}.spec", _read_spec
        )
    if uploaded is not None:
        load_draft(uploaded[0], None)
        st.session_state["notice"] = f"{uploaded[1]} is in the editor."
        st.rerun()


def _read_spec(file: Any) -> tuple[RunSpec, str]:
    """Return a configuration and the name of its file.

    Raises:
        SpecError: the content is none.
        DataError, StoreError: its images are not here.
    """
    content, name = file.getvalue(), file.name
    if len(content) > _LARGEST_SPEC:
        raise SpecError(
            f"{name} has {len(content) / 1e6:.1f} MB: expected a configuration, which has a few kB."
        )
    try:
        spec = parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SpecError(f"{name} is not a text file, expected a configuration as JSON.") from None
    check_pool(store(), spec.data)
    return spec, name

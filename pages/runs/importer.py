"""The import of a run that was exported as a zip."""

from collections.abc import Sequence
from typing import BinaryIO

import streamlit as st

from core.export.archive import unpack
from core.inference.arrivals import Arrival, Claim, checked
from core.runs.limits import check_room
from core.runs.records import Run
from pages.shared.asking import ask
from pages.shared.services import store
from pages.shared.uploads import upload
from pages.shared.visitor import visitor
from pages.shared.words import escape


def run_importer() -> None:
    """Let a run's zip be uploaded; its link appears once it is saved here."""
    turn = st.session_state.setdefault("imports", 0)
    with st.popover("Import a run", icon=":material/upload:", key=f"import.{turn}.popover"):
        run = upload("A run that was downloaded as a zip", "import", _import)
    if run is not None:
        st.session_state["imported"] = (run.id, run.name)
        st.session_state["imports"] = turn + 1  # another popover, a closed one
        st.rerun()
    if imported := st.session_state.get("imported"):
        _say_imported(*imported)


def _import(file: BinaryIO) -> Run:
    check_room(store(), visitor())
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

"""The import of a configuration as JSON into the editor."""

from typing import Any

import streamlit as st

from core.errors import SpecError
from core.model.specs import RunSpec, parse_file
from core.runs.pools import check_pool
from pages.shared.draft import Draft, load_draft
from pages.shared.services import store
from pages.shared.uploads import upload

_LARGEST_SPEC = 1_000_000
"""Bytes of a configuration; a real one has about two thousand."""


def spec_importer(draft: Draft) -> None:
    """Let a configuration be uploaded into the editor; one that cannot be used leaves the editor as it is."""
    text = "Put a configuration that was downloaded as JSON into the editor."
    with st.popover("Import", icon=":material/upload:", help=text, key=f"{draft.version}.import"):
        uploaded = upload(
            "A configuration as JSON, from a run's downloads", f"{draft.version}.spec", _read_spec
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
    spec = parse_file(content, name)
    check_pool(store(), spec.data)
    return spec, name

"""Choosing a saved sweep or a new one, with the choice in the address so that it can be shared."""

from collections.abc import Iterable

import streamlit as st

from core.runs.records import Group
from core.sweeps.saved import SWEEP
from core.words import when
from pages.shared.reader import reader_zone
from pages.shared.run_picker import group_names
from pages.shared.services import plain_errors, store
from pages.shared.words import escape

_NEW = ""


def named_sweep() -> Group | None:
    """Return the sweep of the address, if there is one, and draw nothing."""
    return _sweeps().get(st.query_params.get("sweep", ""))


def pick_sweep() -> Group | None:
    """Draw the choice, kept in the address as `?sweep=`; None stands for a new one."""
    groups = _sweeps()
    asked = st.query_params.get("sweep")
    if asked is not None and asked not in groups:
        message = f"There is no sweep “{asked[:40]}” here: the link may be incomplete."
        st.warning(escape(message), icon=":material/link_off:")
    wished = asked if asked in groups else st.session_state.get("watched_sweep", _NEW)
    chosen = wished if wished in groups else _NEW
    if not groups:
        return None
    shown = {_NEW: "A new sweep"} | _labels(groups.values())
    picked = st.selectbox(
        "Show",
        list(shown),
        index=list(shown).index(chosen),
        format_func=shown.__getitem__,
    )
    if picked != chosen:
        open_sweep(picked)
        st.rerun()
    if picked:
        open_sweep(picked)
    return groups.get(picked)


def _sweeps() -> dict[str, Group]:
    with plain_errors():
        return {group.id: group for group in store().groups(SWEEP)}


def open_sweep(group_id: str) -> None:
    """Show a sweep from now on, in this session and in the address; "" shows the editor."""
    st.session_state["watched_sweep"] = group_id
    if group_id:
        st.query_params["sweep"] = group_id
    else:
        st.query_params.pop("sweep", None)


def _labels(groups: Iterable[Group]) -> dict[str, str]:
    """Return for each sweep's id its name, when it began and how it goes, no two of them the same."""
    names, zone = group_names(store().groups()), reader_zone()
    return {g.id: f"{names[g.id]} · {when(g.created_at, zone)} · {g.status}" for g in groups if g.id in names}

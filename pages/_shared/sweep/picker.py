"""Choosing a saved sweep or a new one, with the choice in the address so that it can be shared."""

import streamlit as st

from core.runs.records import Group
from core.sweeps.saved import SWEEP
from core.words import when
from pages._shared.services import plain_errors, store
from pages._shared.words import escape

_NEW = ""


def pick_sweep() -> Group | None:
    """Draw the choice, kept in the address as `?sweep=`; None stands for a new one."""
    with plain_errors():
        groups = {group.id: group for group in store().groups(SWEEP)}
    asked = st.query_params.get("sweep")
    if asked is not None and asked not in groups:
        message = f"There is no sweep “{asked[:40]}” here: the link may be incomplete."
        st.warning(escape(message), icon=":material/link_off:")
    wished = asked if asked in groups else st.session_state.get("watched_sweep", _NEW)
    chosen = wished if wished in groups else _NEW
    if not groups:
        return None
    options = [_NEW, *groups]
    picked = st.selectbox(
        "Show",
        options,
        index=options.index(chosen),
        format_func=lambda group_id: _label(groups.get(group_id)),
    )
    if picked != chosen:
        open_sweep(picked)
        st.rerun()
    if picked:
        open_sweep(picked)
    return groups.get(picked)


def open_sweep(group_id: str) -> None:
    """Show a sweep from now on, in this session and in the address; "" shows the editor."""
    st.session_state["watched_sweep"] = group_id
    if group_id:
        st.query_params["sweep"] = group_id
    else:
        st.query_params.pop("sweep", None)


def _label(group: Group | None) -> str:
    return f"{group.name} · {when(group.created_at)} · {group.status}" if group else "A new sweep"

"""What was begun in this browser before its visitor signed in or joined a person, and taking it along."""

from collections.abc import Sequence

import streamlit as st

from core.words import count, listed
from pages.shared.services import plain_errors, store

_WORDS = {
    "runs": "run",
    "groups": "sweep or repeat",
    "datasets": "data set",
    "drawings": "drawing",
    "classes": "class",
    "pupils": "class membership",
    "contacts": "message address",
}
TAKEN = "you.taken"


def belongings(owner: str, names: Sequence[str]) -> None:
    """Offer to give what this browser owns to the person that its visitor is now."""
    if st.session_state.pop(TAKEN, False):
        st.success("What was begun in this browser is yours now.", icon=":material/check:")
    if owner in names:
        return
    kept = {what: number for what, number in store().belongings(names).items() if number}
    if not kept:
        return
    words = [count(number, _WORDS[what]) for what, number in kept.items() if what in _WORDS]
    with st.container(border=True):
        st.markdown(
            f"Begun in this browser before: **{listed(words) or 'something'}**. Take along only what is "
            "yours; on a shared computer it may be somebody else's. From then on you alone may change it, "
            "not whoever uses this browser."
        )
        st.button("Take it along", icon=":material/move_up:", on_click=_take, args=(names, owner))


def _take(names: Sequence[str], owner: str) -> None:
    with plain_errors(go_on=True):
        store().take_along(names, owner)
        st.session_state[TAKEN] = True

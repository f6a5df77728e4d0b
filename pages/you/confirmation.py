"""An e-mail address whose link was opened: confirmed at a click alone, since mail programs open links too."""

import streamlit as st

from pages.shared.services import plain_errors, store
from pages.shared.words import escape

WORD, CONFIRMED = "you.confirm", "you.confirmed"


def confirmation() -> bool:
    """Return whether it is to be answered first if an address wants mail; to open the link does nothing."""
    if address := st.session_state.pop(CONFIRMED, None):
        st.success(f"{escape(address)} is told when runs are done, from now on.", icon=":material/check:")
    if "confirm" in st.query_params:  # neither the address nor what is copied from it tells the word any more
        st.session_state[WORD] = st.query_params.pop("confirm")
    word = st.session_state.get(WORD)
    if not word:
        return False
    with st.container(border=True):
        st.markdown("**Do you want e-mail when runs are done?**")
        st.markdown("Then the address to which this link was sent gets a mail when a run of its owner ends.")
        with st.container(horizontal=True):
            st.button("Yes, tell me", type="primary", on_click=_confirm, args=(word,))
            st.button("No", on_click=_forget)
    return True


def _confirm(word: str) -> None:
    _forget()
    with plain_errors(go_on=True):
        st.session_state[CONFIRMED] = store().confirm_contact(word).address


def _forget() -> None:
    del st.session_state[WORD]

"""A device on which somebody's link was opened: what joining does is said, and done at a click alone."""

import streamlit as st

from pages.shared.services import plain_errors, store
from pages.shared.signed_in import signed_in
from pages.shared.visitor import browser_names, look_again

WORD, JOINED = "you.word", "you.joined"


def arrival() -> bool:
    """Return whether it is to be answered first if this device joins; to open the link uses nothing up."""
    if st.session_state.pop(JOINED, False):
        st.success("This browser is you, too, from now on.", icon=":material/check:")
    if "join" in st.query_params:  # neither the address nor what is copied from it tells the word any more
        st.session_state[WORD] = st.query_params.pop("join")
    word = st.session_state.get(WORD)
    if not word:
        return False
    if signed_in() or not browser_names():
        _forget()
        st.warning(_cannot(), icon=":material/devices:")
        return False
    with st.container(border=True):
        st.markdown("**Did you make this link yourself, on another device?**")
        st.markdown(
            "Then this browser becomes the same person: both may stop, rename and delete what either starts "
            "from now on. If somebody sent it to you, go no further: what you start here would be theirs."
        )
        with st.container(horizontal=True):
            st.button("This is me: join", type="primary", on_click=_join, args=(word,))
            st.button("No", on_click=_forget)
    return True


def _cannot() -> str:
    if signed_in():
        return "You are signed in here, so the link has no use: sign in on your other device, too."
    return "Your browser keeps no cookie of this page, so it cannot become anybody: open the link in another."


def _join(word: str) -> None:
    _forget()
    with plain_errors(go_on=True):
        store().follow_link(word, browser_names())
        st.session_state[JOINED] = True
    look_again()


def _forget() -> None:
    del st.session_state[WORD]

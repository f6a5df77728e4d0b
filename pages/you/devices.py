"""Going on with another device: the one-time link, and the devices that have joined."""

import streamlit as st

from core.figures.qr import qr_code
from core.words import count
from pages.shared.addresses import shared_address
from pages.shared.link_code import who_finds_it
from pages.shared.services import plain_errors, store
from pages.shared.visitor import browser_names, joined, look_again

LINK = "you.link"
"""Where a session keeps the link it has made, to show it until the page is left."""


def devices(owner: str) -> None:
    """Draw what makes another device this person's, and what undoes it."""
    st.subheader("Go on with another device")
    st.markdown(
        "A link that works once, within ten minutes: open it on your other device and confirm there. From "
        "then on that device is you, too: it may stop, rename and delete whatever is yours. Give it to "
        "nobody else."
    )
    st.button("Make a link", icon=":material/devices:", on_click=_make, args=(owner,))
    if link := st.session_state.get(LINK):
        _link(link)
    if others := store().devices_of(owner):
        st.caption(f"{count(others, 'device').capitalize()} joined by such a link.")
        st.button("Part with them", icon=":material/link_off:", on_click=_part, args=(owner,))
    if joined():
        st.button("Let this browser be itself again", icon=":material/logout:", on_click=_leave)


def _link(link: str) -> None:
    """Draw a link to be copied, or photographed by the other device."""
    code, words = st.columns([1, 4], gap="medium", vertical_alignment="center")
    code.image(qr_code(link), width=180, alt="QR code of the link")
    with words:
        st.code(link, language=None, wrap_lines=True)
        st.caption("Or point your other device's camera at the code.")
        who_finds_it("Other devices")


def _make(owner: str) -> None:
    with plain_errors(go_on=True):
        st.session_state[LINK] = f"{shared_address()}?join={store().make_link(owner)}"


def _part(owner: str) -> None:
    with plain_errors(go_on=True):
        store().part(owner)
    st.session_state.pop(LINK, None)
    look_again()


def _leave() -> None:
    with plain_errors(go_on=True):
        store().be_alone(browser_names())
    look_again()

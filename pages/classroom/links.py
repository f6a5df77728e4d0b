"""The links of a class: short for pupils, also as a QR code, and the projector's."""

import re

import streamlit as st

from core.figures.qr import qr_code
from core.names import look
from pages.shared.addresses import page_address, shared_address
from pages.shared.link_code import who_finds_it

CODE, VIEW, BOARD = "code", "view", "board"
_IN_LINK = re.compile(rf"[?&]{CODE}=([^&#]*)")


def typed_code(text: str) -> str:
    """Return the code of a class as somebody types it: in capitals, in halves, in full-width letters of a
    Chinese or Japanese keyboard; or pasted, as the link that it is part of.
    """
    plain = look(text).lower()
    found = _IN_LINK.search(plain)
    return "".join(sign for sign in (found[1] if found else plain) if sign.isalnum())


def pupils_link(class_id: str) -> str:
    """Return the address under which pupils find a class, short enough for a blackboard."""
    return f"{shared_address()}?{CODE}={class_id}"


def projector_link(class_id: str, theme: str | None = None) -> str:
    """Return the address of the board in large type, without the app's menu; `theme`: "light" or "dark"."""
    looks = f"&embed_options={theme}_theme" if theme else ""
    return f"{page_address()}?{CODE}={class_id}&{VIEW}={BOARD}&embed=true{looks}"


def links(class_id: str) -> None:
    """Draw the two links of a class, for those who teach it."""
    link = pupils_link(class_id)
    code, words = st.columns([1, 4], gap="medium", vertical_alignment="center")
    code.image(qr_code(link), alt=f"QR code of {link}", width=150)
    with words:
        st.markdown("**For pupils**, who give a nickname there and nothing else:")
        st.code(link, language=None)
        st.markdown(f"Or they type the code **{class_id}** on the page “Class”.")
        who_finds_it("Pupils")
        with st.container(horizontal=True):
            st.link_button("Projector", projector_link(class_id), icon=":material/cast:")
            for theme in ("light", "dark"):
                st.link_button(f"Projector, {theme}", projector_link(class_id, theme), type="tertiary")

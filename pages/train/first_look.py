"""A new visitor's page comes in two: first how to begin, and once the browser has drawn that, all else.

React shows nothing of what it has been given before it has drawn all of it; what can be set takes longest.
"""

import streamlit as st

from pages.shared.kinds import scripts
from pages.shared.modules import component

LATEST = 3.0
"""Seconds after which the rest is drawn though the browser has not asked for it: its script did not come."""
_WAITED = "first look.waited"


def is_first_look() -> bool:
    """Return whether Train, drawn now, is the first that this visitor sees, who came by its plain address.

    A link asks for a run, or for a configuration; what there is to say of it is said once.
    """
    has_browser = bool(st.context.url)  # which nobody has in page tests
    return has_browser and not st.query_params and "draft" not in st.session_state


def rest_follows() -> None:
    """Have the script run again as soon as the browser has drawn what it has been given until here."""
    draw = component("digits_first_look", None, None, "first_look.js")
    told = {"scripts": scripts("NumberInput", "FileUploader", "Slider")}
    draw(key="first_look", data=told, on_drawn_change=lambda: None, height=1)
    st.fragment(_go_on_anyway, run_every=LATEST)()


def _go_on_anyway() -> None:
    if st.session_state.get(_WAITED):
        st.rerun()
    st.session_state[_WAITED] = True

"""A window that React has emptied is loaded anew: what pages that draw nothing else of ours bring along."""

import streamlit as st

from pages.shared.modules import module


def guard() -> None:
    """Draw nothing that is seen, and have `whole.js` watch the window."""
    component = st.components.v2.component("digits_whole", js=module("whole.js"))
    component(key="whole", height="content")

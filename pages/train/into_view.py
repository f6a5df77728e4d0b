"""A run that was just started comes into view: on a phone it stands below the button that starts it."""

import streamlit as st

from pages.shared.modules import module


def into_view(container: str, run_id: str) -> None:
    """Have the browser scroll to a container, once for each run, unless its head is in sight already.

    Args:
        container: the key of the container.
    """
    component = st.components.v2.component("digits_into_view", js=module("into_view.js"))
    component(key="into_view", data={"container": container, "run": run_id}, width=1, height=1)

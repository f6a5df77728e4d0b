"""What stands behind a button is drawn once it is opened: of those on a page most are never."""

from collections.abc import Callable

import streamlit as st

from core.runs.records import Run


def opened(label: str, draw: Callable[[Run], None], run: Run, key: str, icon: str, about: str = "") -> None:
    """Draw a popover which, opened, draws what it holds of a run, and not the whole page before it.

    Args:
        draw: a function of a module.
        key: of the popover, under which the session keeps whether it is open.
        about: shown at the button.
    """
    with st.container(width="content"):  # Streamlit's own, around a fragment, takes what room there is
        st.fragment(_popover)(label, draw, run, key, icon, about or None)


def _popover(
    label: str, draw: Callable[[Run], None], run: Run, key: str, icon: str, about: str | None
) -> None:
    popover = st.popover(label, icon=icon, help=about, on_change="rerun", key=key)
    if popover.open:
        with popover:
            draw(run)

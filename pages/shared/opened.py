"""What stands behind a button is drawn once it is opened: of those on a page most are never."""

from collections.abc import Callable

import streamlit as st

from core.runs.records import Run


def opened(
    label: str,
    draw: Callable[[Run], None],
    run: Run,
    key: str,
    icon: str,
    about: str | None = None,
) -> None:
    """Draw a popover which, opened, draws what it holds of a run.

    To be opened it draws all around it anew: where that is much, several stand in a part of their own
    (`st.fragment`).

    Args:
        key: of the popover, under which the session keeps whether it is open.
        about: shown at the button.
    """
    popover = st.popover(label, icon=icon, help=about, on_change="rerun", key=key)
    if popover.open:
        with popover:
            draw(run)

"""A link as a QR code, and whether other devices find it: what classes and runs are shared by."""

from urllib.parse import urlencode

import streamlit as st

from core.figures.qr import qr_code
from core.reach import is_this_machine
from core.runs.records import Run
from pages.shared.addresses import for_others, page_address, shared_address
from pages.shared.opened import opened


def run_code(run: Run) -> None:
    """Draw the button behind which the link to a run, on this page, stands as a QR code."""
    about = "The link to this run, for a phone's camera."
    opened("QR code", _code, run, f"qr.{run.id}", ":material/qr_code_2:", about)


def _code(run: Run) -> None:
    link = f"{shared_address()}?{urlencode({'run': run.id})}"
    st.image(qr_code(link), alt=f"QR code of {link}", width=180)
    st.code(link, language=None, wrap_lines=True)
    who_finds_it("Others")


def who_finds_it(who: str) -> None:
    """Say where a link comes from if this browser's own address is none for others."""
    if not is_this_machine(page_address()):
        return
    if for_others() is None:
        st.warning(
            "This link opens on this computer only: it is in no network, or the dashboard was told to answer "
            f"to nobody else. {who} need one that was started for their network.",
            icon=":material/wifi_off:",
        )
    else:
        st.caption(
            f"You opened the dashboard on the computer that serves it. {who} need to be in the same network; "
            "try the link on a phone first: a firewall may keep other devices out."
        )

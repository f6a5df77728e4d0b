"""What the presentation claims, and what became of it."""

import streamlit as st

from core.analysis.claims import Judged, Outcome, judged
from core.analysis.predictions import Which
from core.export.bundle import BundledRun
from pages.presentation.runs import Runs, compare_link, ids, train_link

LOOKS = {
    Outcome.HOLDS: ("check_circle", "green"),
    Outcome.FAILS: ("cancel", "red"),
    Outcome.OPEN: ("help", "orange"),
}


@st.cache_resource(max_entries=4, show_spinner=False)
def _judged(known: tuple[str, ...], which: Which, _found: dict[str, tuple[BundledRun, ...]]) -> list[Judged]:
    return judged(_found, which)


def claims(runs: Runs, which: Which) -> None:
    """Draw each claim with its verdict, what was measured, and the ways to its runs."""
    st.subheader("Its claims")
    st.caption(
        "Two networks are compared by Welch's test over seeds, corrected for the number of claims (Holm), as "
        "on the Compare page. Where the presentation says by how much, and our interval leaves its number "
        "out, the claim does not hold up as it was reported; that is no proof that there is no difference."
    )
    found = {name: repeats.runs for name, repeats in runs.items()}
    for one in _judged(ids(runs), which, found):
        icon, color = LOOKS[one.outcome]
        names = [name for name in one.claim.experiments if name in found]
        with st.container(border=True):
            st.markdown(f":material/{icon}: **{one.claim.statement}** :{color}-badge[{one.outcome}]")
            st.markdown(one.evidence)
            if names:
                with st.container(horizontal=True):
                    compare_link("The runs behind it", [run for name in names for run in found[name]])
                    train_link(names[-1])

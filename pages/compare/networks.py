"""Two networks one above the other, on one scale, with what the other has not marked in each."""

import streamlit as st

from core.figures.network.pair import paired
from core.figures.network.picture import SCALE_NOTE, one_scale
from core.model.changes import layer_changes
from pages.compare.comparison import Comparison
from pages.compare.pair import pick_pair
from pages.shared.network_picture import network_picture
from pages.shared.words import escape


def networks(compared: Comparison) -> None:
    """Draw the choice of two runs and their networks."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        a, b, names = pick_pair(compared)
    stacks = {run.id: run.spec.layers for run in compared.runs}
    pictures = paired(stacks[a], stacks[b])
    for letter, run_id, found in zip("AB", (a, b), pictures, strict=True):
        st.markdown(f"**{letter}: {escape(names[run_id])}**", help=SCALE_NOTE)
        network_picture(
            found, f"compare.network.{letter}", "", name=f"network-{letter}", scale=one_scale(*pictures)
        )
    phrases = list(layer_changes(stacks[a], stacks[b]))
    if a == b:
        st.info("Choose two different runs.")
    elif not phrases:
        st.info("These two have the same layers: what differs is how they were trained.")
    else:
        st.caption(f"From A to B: {escape('; '.join(phrases))}.")

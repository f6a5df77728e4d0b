"""The network of a run as a picture, with the way to the same one on the Train page."""

import streamlit as st

from core.figures.network.boxes import boxes
from core.figures.network.picture import SCALE_NOTE
from core.model.presets import PRESETS
from core.names import file_words
from core.runs.records import Run
from pages.shared.network_picture import against, network_picture


def network(run: Run) -> None:
    """Draw a run's network; what its preset has not is marked."""
    st.markdown("**The network**", help=SCALE_NOTE)
    marked, told = against(run.spec.layers, PRESETS.get(run.preset or ""))
    told += "Click a layer to read what it is and costs."
    name = f"{file_words(run.name, 40) or 'run'}-network"
    network_picture(boxes(run.spec.layers, marked), "results.network", told, name=name)

"""The draft's network as a picture: a click on a box leads to its controls."""

import streamlit as st

from core.figures.network.boxes import boxes_of
from core.figures.network.picture import SCALE_NOTE
from core.model.presets import PRESETS
from pages.shared.draft import Draft
from pages.shared.network_picture import against, network_picture
from pages.train.layer_editor import row_key


def picture(draft: Draft, *, editable: bool) -> None:
    """Draw the network under edit as far as it works, with the way to its controls where it has some."""
    layers, (rows, problem) = draft.stack(), draft.costs()
    st.subheader("Network", help=SCALE_NOTE)
    marked, told = against(layers, PRESETS.get(draft.preset or ""))
    told = problem or told + ("Click a layer to go to its controls." if editable else "")
    boxes = boxes_of(layers, rows, problem or "", marked)
    network_picture(boxes, "train.network", told, rows=row_keys(draft) if editable else None)


def row_keys(draft: Draft) -> dict[int, str]:
    """Return the keys of the rows of controls, by place of the layer."""
    return {place: row_key(layer["uid"]) for place, layer in enumerate(draft.layers, start=1)}

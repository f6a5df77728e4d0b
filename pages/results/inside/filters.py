"""The filters of every Conv2D as pictures."""

import streamlit as st

from core.figures.inside import mosaic
from core.inference.layers import Filters
from core.model.layer_names import layer_name
from core.runs.records import Run
from pages.results.inside.asked import filters
from pages.shared.asking import of
from pages.shared.chart import chart

MOST = 64


def filter_sheets(run: Run) -> None:
    """Draw the filters of one convolution, for deeper ones those that look at one of its input maps."""
    found = filters(of(run))
    if not found:
        st.info(
            "This network has no convolution, so it has no filters. Its dense layers see all pixels at once."
        )
        return
    names = [_named(one) for one in found]
    chosen = found[names.index(st.selectbox("Layer", names, key="inside.filters"))]
    channel = 0
    if chosen.kernel.shape[2] > 1:
        channel = (
            int(
                st.number_input(
                    "Looking at input map", 1, chosen.kernel.shape[2], key="inside.channel", width=200
                )
            )
            - 1
        )
    tiles = chosen.kernel[:, :, channel].transpose(2, 0, 1)[:MOST]
    chart(
        mosaic(tiles, f"Filters of {layer_name(chosen.layer)}", signed=True, names="filter"),
        "inside.filters.chart",
        _told(chosen),
    )
    st.caption(
        "Blue weights want ink, orange ones want none. **What to see:** in the first layer, edges and "
        "strokes "
        "in one direction; filters that look like noise learned little."
        + (
            f" The first {MOST} of {chosen.kernel.shape[3]} are shown."
            if chosen.kernel.shape[3] > MOST
            else ""
        )
    )


def _named(filters: Filters) -> str:
    rows, columns, inputs, count = filters.kernel.shape
    deep = f"×{inputs}" if inputs > 1 else ""
    return f"{layer_name(filters.layer)}: {count} filters of {rows}×{columns}{deep}"


def _told(filters: Filters) -> str:
    low, high = float(filters.kernel.min()), float(filters.kernel.max())
    return f"{_named(filters)}; weights from {low:.2f} to {high:.2f}"

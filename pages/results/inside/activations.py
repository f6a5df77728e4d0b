"""How the activations of each layer spread, and which units never speak."""

import pandas as pd
import streamlit as st

from core.figures.inside import spread_figure
from core.model.layer_names import layer_name
from core.runs.records import Run
from pages.results.inside.asked import spreads
from pages.shared.asking import of
from pages.shared.chart import chart

IMAGES = 500


def activity(run: Run) -> None:
    """Draw the spread of activations over test images, layer by layer."""
    found = spreads(of(run), IMAGES)
    if not found:
        st.info("This network has no layer with an activation before softmax.")
        return
    names = [layer_name(spread.layer) for spread in found]
    figure = spread_figure(names, [spread.quantiles for spread in found], [spread.mean for spread in found])
    chart(figure, "inside.spread", f"Activations over {IMAGES} test images; the numbers are in the table")
    rows = {
        "layer": names,
        "units": [spread.units for spread in found],
        "never speak": [spread.silent for spread in found],
        "zeros": [f"{spread.zeros:.1%}" for spread in found],
        "mean": [f"{spread.mean:.3f}" for spread in found],
        "standard deviation": [f"{spread.deviation:.3f}" for spread in found],
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content")
    st.caption(
        f"Over the first {IMAGES} test images. **What to see:** a ReLU layer with nearly all zeros has "
        "little left "
        "to say; units that never speak are dead, no gradient reaches them; a spread that grows from layer "
        "to "
        "layer makes training unsteady, batch normalisation holds it."
    )

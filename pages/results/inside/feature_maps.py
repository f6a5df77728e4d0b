"""What each layer makes of one image."""

import numpy as np
import streamlit as st

from core.figures.draw import probability_bars
from core.figures.inside import mosaic
from core.figures.pixels import pixels
from core.inference.layers import Output
from core.model.layer_names import layer_name
from core.runs.records import Run
from pages.results.inside.asked import outputs
from pages.results.inside.picture import pick_picture
from pages.shared.asking import of
from pages.shared.chart import chart

MOST, ACROSS = 64, 16


def feature_maps(run: Run) -> None:
    """Draw a chosen image and the maps of a chosen layer."""
    picture = pick_picture(run)
    if picture is None:
        return
    found = outputs(of(run), picture.image.tobytes())
    names = [_named(one) for one in found]
    chosen = found[names.index(st.selectbox("Layer", names, key="inside.layer"))]
    left, right = st.columns([1, 3], gap="large")
    with left:
        chart(pixels(picture.image, f"The image, a {picture.label}"), "inside.image", f"A {picture.label}")
        read = int(picture.probabilities.argmax())
        st.caption(f"Read as {read} with a probability of {picture.probabilities[read]:.4f}.")
    with right:
        _maps(chosen)
    st.caption(
        "The network works from top to bottom of the list of layers. **What to see:** early maps still look "
        "like the digit, each with other strokes; later ones are small and answer to parts; after Flatten "
        "there is no place left."
    )


def _maps(output: Output) -> None:
    """Draw the maps of a layer side by side; units without a place as one sheet of squares."""
    values, signed = output.values, bool(output.values.min() < 0)
    label = f"{_named(output)}; values from {values.min():.2f} to {values.max():.2f}"
    if output.has_place:
        tiles = values.transpose(2, 0, 1)[:MOST]
        chart(mosaic(tiles, f"Maps of {layer_name(output.layer)}", signed=signed), "inside.maps", label)
        if values.shape[2] > MOST:
            st.caption(f"The first {MOST} of {values.shape[2]} maps are shown.")
    elif output.layer == "softmax":
        chart(probability_bars(values), "inside.softmax", label)
    else:
        across = max(ACROSS, round(1.6 * len(values) ** 0.5))  # a sheet, not a strip, of many units too
        sheet = np.full(-(-len(values) // across) * across, np.nan, np.float32)
        sheet[: len(values)] = values
        figure = pixels(
            sheet.reshape(-1, across),
            f"Units of {layer_name(output.layer)}",
            scale="signed" if signed else "ink",
        )
        chart(figure, "inside.maps", label)


def _named(output: Output) -> str:
    return f"{layer_name(output.layer)}: {' × '.join(map(str, output.values.shape))}"

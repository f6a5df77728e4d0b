"""The convolution that made a pixel of a feature map, with its numbers, below the network's picture."""

import numpy as np
import streamlit as st

from core.analysis.film import Film
from core.figures.pixels import pixels
from core.inference.convolved import Sum, convolved
from core.model import layers as L
from core.runs.records import Run
from pages.shared.asking import ask, of
from pages.shared.chart import chart

Asked = dict[str, int]
"""Which pixel: image, place of the layer, channel, row, column; the last two as the film keeps them."""


def pixel_sum(run: Run, film: Film, asked: Asked) -> None:
    """Draw the sum behind a pixel of an ended run's maps, by the weights that the run kept."""
    layers, place = run.spec.layers, asked["place"]
    if not 1 <= place <= len(layers) or not isinstance(layers[place - 1], L.Conv2D):
        st.info("Click a pixel of a Conv2D layer's map to see the sum that made it.")
        return
    step = film.tiles[place - 1].step
    row, column, channel = asked["row"] * step, asked["column"] * step, asked["channel"]
    found = _sum(*of(run), film.images[asked["image"]].tobytes(), place, channel, row, column)
    where = f"Layer {place}, map {channel + 1}, row {row + 1}, column {column + 1}"
    st.markdown(f"**{where}: {_told(found)}**")
    strongest = int(np.abs(found.parts).argmax())
    seen, kernel = found.seen[..., strongest], found.kernel[..., strongest]
    of_which = f"input map {strongest + 1} of {len(found.parts)}" if len(found.parts) > 1 else "the image"
    for column_, (name, values) in zip(
        st.columns(3), (("seen", seen), ("weights", kernel), ("product", seen * kernel)), strict=True
    ):
        with column_:
            title = f"{name.capitalize()}, sum {values.sum():.3f}" if name == "product" else name.capitalize()
            figure = pixels(values, title, scale="signed", numbers=".2f", height=300)
            chart(figure, f"pixel.{name}", f"{name} of {of_which}: {where}")
    st.caption(
        f"What the kernel sees of {of_which}, its weights there, and both multiplied square by square. "
        "Shown is the input map that counts most, by the weights that the run kept."
    )


def _told(found: Sum) -> str:
    maps = f"{len(found.parts)} input maps" if len(found.parts) > 1 else "the image"
    side = len(found.kernel)
    total = found.total - found.bias
    told = (
        f"{side} × {side} weights over {maps} give {total:.3f}, with the bias {found.bias:+.3f} that is "
        f"{found.total:.3f}; the layer hands on {found.made:.3f}"
    )
    return told.replace("-", "−")


@st.cache_data(max_entries=512, show_spinner=False)
def _sum(
    url: str, run_id: str, ended_at: float, image: bytes, place: int, channel: int, row: int, column: int
) -> Sum:
    """Ask once, for all visitors."""
    shown = np.frombuffer(image, np.uint8).reshape(28, 28)
    return ask(convolved, url, run_id, ended_at, shown, place, channel, row, column)

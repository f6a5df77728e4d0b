"""The convolution that made a pixel of a feature map, with its numbers, below the network's picture."""

import numpy as np
import streamlit as st

from core.analysis.film import Film, Pixels
from core.figures.pixels import pixels
from core.inference.convolved import Sum, Summed, convolved, convolved_so_far
from core.inference.learning import NOT_YET
from core.model import layers as L
from core.runs.artifacts import CHECKPOINT
from core.runs.records import Run
from pages.shared.asking import ask, of
from pages.shared.chart import chart
from pages.shared.pixel_told import maps_told, mix_table, pixel_told
from pages.shared.services import store

Asked = dict[str, int]
"""Which pixel: image, place of the layer, channel, row, column; the last two as the film keeps them."""
WITHOUT = "Only maps of convolutions and residual blocks are such sums: click a pixel of one of these."
FRESH = 1.0
"""Seconds for which the sum by a checkpoint is good: there may be another one."""


def pixel_sum(run: Run, film: Film, asked: Asked) -> None:
    """Draw the sum behind a pixel of a run's maps.

    By the weights that the run kept, or, while it trains, by those of its last checkpoint.
    """
    layers, place = run.spec.layers, asked["place"]
    if not 1 <= place <= len(layers) or not isinstance(layer := layers[place - 1], Summed):
        st.info(WITHOUT)
        return
    if run.is_live and CHECKPOINT not in store().artifact_names(run.id):
        st.info(NOT_YET, icon=":material/hourglass_top:")
        return
    if not 0 <= asked["image"] < len(film.images):  # nothing is filmed yet
        return
    step = film.tiles[place - 1].step
    row, column, channel = asked["row"] * step, asked["column"] * step, asked["channel"]
    found, weights = _found(run, film.images[asked["image"]], place, channel, row, column)
    where = f"Layer {place}, map {channel + 1}, row {row + 1}, column {column + 1}"
    st.markdown(f"**{where}: {pixel_told(found, layer, place)}**")
    _squares(found, layer, place, where, weights)
    mix_table(found)


def _found(run: Run, image: Pixels, *pixel: int) -> tuple[Sum, str]:
    """Return the sum behind a pixel, and which weights are in it."""
    if not run.is_live:
        return _sum(*of(run), image.tobytes(), *pixel), "the weights that the run kept"
    epoch, found = _sum_so_far(store().url, run.id, image.tobytes(), *pixel)
    plain = ", not averaged" if run.spec.weight_averaging else ""
    return found, f"the weights after epoch {epoch}{plain}, the last that its worker had stored"


def _squares(found: Sum, layer: Summed, place: int, where: str, weights: str) -> None:
    """Draw what is seen of the input map that counts most, the kernel's weights for it, and their product."""
    strongest = int(np.abs(found.parts).argmax())
    seen, kernel = found.seen[..., strongest], found.kernel[..., strongest]
    of_which = maps_told(found, place, strongest)
    for column, (name, values) in zip(
        st.columns(3), (("seen", seen), ("weights", kernel), ("product", seen * kernel)), strict=True
    ):
        with column:
            title = f"{name.capitalize()}, sum {values.sum():.3f}" if name == "product" else name.capitalize()
            figure = pixels(values, title, scale="signed", numbers=".2f", height=300)
            chart(figure, f"pixel.{name}", f"{name} of {of_which}: {where}")
    inner = " of the block's last convolution" if isinstance(layer, L.Residual) else ""
    st.caption(
        f"What the kernel sees of {of_which}, its weights there, and both multiplied square by square. "
        f"Shown is the input map{inner} that counts most, by {weights}."
    )


@st.cache_data(max_entries=512, show_spinner=False)
def _sum(
    url: str, run_id: str, ended_at: float, image: bytes, place: int, channel: int, row: int, column: int
) -> Sum:
    """Ask once, for all visitors."""
    return ask(convolved, url, run_id, ended_at, _grey(image), place, channel, row, column)


@st.cache_data(ttl=FRESH, max_entries=512, show_spinner=False)
def _sum_so_far(
    url: str, run_id: str, image: bytes, place: int, channel: int, row: int, column: int
) -> tuple[int, Sum]:
    return ask(convolved_so_far, url, run_id, _grey(image), place, channel, row, column)


def _grey(image: bytes) -> Pixels:
    return np.frombuffer(image, np.uint8).reshape(28, 28)

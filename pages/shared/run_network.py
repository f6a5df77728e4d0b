"""A run's network as a picture, filled with what each layer makes of an image, also while it trains."""

from functools import partial

import streamlit as st

from core.errors import RunNotFoundError
from core.figures.network.boxes import boxes
from core.figures.network.picture import SCALE_NOTE
from core.inference.convolved import Summed
from core.model.presets import PRESETS
from core.names import file_words
from core.runs.records import Run
from pages.shared.film import film, sent
from pages.shared.network_picture import against, network_picture
from pages.shared.pixel_choice import pixel_choice
from pages.shared.pixel_sum import Asked, pixel_sum
from pages.shared.present import presented
from pages.shared.services import plain_errors, store

_HINT = "Click a layer to read what it is and costs."
_SUMS = "Click a map of a convolution or a block to see its sums."


def run_network(run: Run, rows: dict[int, str] | None = None) -> None:
    """Draw a run's network; what its preset has not is marked.

    Args:
        rows: as in `network_picture`.
    """
    st.markdown("**The network**", help=f"{SCALE_NOTE} {_MAPS}")
    st.fragment(_draw)(run.id, rows)


_MAPS = (
    "Below a box is what it makes of the image: up to eight of its feature maps, or sixty-four of its "
    "numbers, all of a layer on one scale, black for its smallest value or zero, white for its largest."
)


def _draw(run_id: str, rows: dict[int, str] | None) -> None:
    with plain_errors(go_on=True):
        try:
            run = store().get(run_id)
        except RunNotFoundError:  # the page says so
            return
        found = film(run)
        summed = found and any(isinstance(layer, Summed) for layer in run.spec.layers)
        marked, told = against(run.spec.layers, PRESETS.get(run.preset or ""))
        network_picture(
            boxes(run.spec.layers, marked),
            f"network.{run.id}",
            told + (f"{_HINT} {_SUMS}" if summed else _HINT),
            name=f"{file_words(run.name, 40) or 'run'}-network",
            rows=rows,
            tiles=found.tiles if found else (),
            film=sent(run, found) if found else None,
            on_pixel=partial(_ask_for, run.id),
            brief=presented(),
        )
        if found:
            pixel_choice(run, found, _key(run.id))
            if asked := st.session_state.get(_key(run.id)):
                pixel_sum(run, found, asked)


def _key(run_id: str) -> str:
    return f"pixel.{run_id}"


def _ask_for(run_id: str, pixel: Asked) -> None:
    st.session_state[_key(run_id)] = pixel

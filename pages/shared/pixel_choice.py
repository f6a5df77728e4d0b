"""Which pixel of a feature map is shown as a sum, chosen without a mouse."""

from typing import Any

import streamlit as st

from core.analysis.film import Film
from core.inference.convolved import Summed
from core.runs.records import Run
from pages.shared.pixel_sum import Asked


def pixel_choice(run: Run, film: Film, key: str) -> None:
    """Draw a button that asks for a first pixel, then fields that name another.

    Args:
        key: where the pixel that is asked for lies in the session's state.
    """
    places = [place for place, layer in enumerate(run.spec.layers, start=1) if isinstance(layer, Summed)]
    asked: Asked | None = st.session_state.get(key)
    if asked and asked["place"] in places and len(film.labels):
        with st.container(horizontal=True):
            _fields(film, places, asked, key)
    elif places:
        start = _middle(film, places[0], film.labels.tolist().index(4) if 4 in film.labels else 0)
        st.button(
            "Show the sum behind a pixel",
            key=f"{key}.first",
            icon=":material/functions:",
            on_click=_ask_for,
            args=(key, start),
            help="Begins in the middle of a first map; a click on any map of a convolution leads there too.",
        )


def _middle(film: Film, place: int, image: int) -> Asked:
    tile = film.tiles[place - 1]
    return {
        "image": image,
        "place": place,
        "channel": 0,
        "row": tile.rows // 2,
        "column": tile.columns // 2,
    }


def _fields(film: Film, places: list[int], asked: Asked, key: str) -> None:
    tile = film.tiles[asked["place"] - 1]
    step = tile.step
    shown: dict[str, tuple[str, dict[int, Any]]] = {
        "image": ("Image of a", dict(enumerate(film.labels.tolist()))),
        "place": ("Layer", {place: place for place in places}),
        "channel": ("Map", {at: at + 1 for at in range(tile.channels)}),
        "row": ("Row", {at: at * step + 1 for at in range(tile.rows)}),
        "column": ("Column", {at: at * step + 1 for at in range(tile.columns)}),
    }
    for name, (label, values) in shown.items():
        field = f"{key}.{name}"
        st.session_state[field] = min(asked[name], max(values))  # a click on a map may have changed it
        st.selectbox(
            label,
            list(values),
            format_func=lambda at, values=values: str(values[at]),
            key=field,
            width=110,
            on_change=_change,
            args=(film, key, name),
        )


def _change(film: Film, key: str, name: str) -> None:
    asked: Asked = st.session_state[key] | {name: st.session_state[f"{key}.{name}"]}
    _ask_for(key, _middle(film, asked["place"], asked["image"]) if name == "place" else asked)


def _ask_for(key: str, asked: Asked) -> None:
    st.session_state[key] = asked

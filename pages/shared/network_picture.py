"""The network as a picture on a page: boxes that can be clicked, what each is in words, and files of it.

The picture is sent when it changes, not with each run of the script.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from core.analysis.film import Tile
from core.figures.network.boxes import Box
from core.figures.network.picture import Scale, network_svg
from core.model.changes import layer_changes
from core.model.layers import Layer
from core.model.marks import Mark, marks
from core.model.presets import Preset
from pages.shared.modules import component

_HTML = """
<div class="digits-network">
  <div class="digits-network-scroll"></div>
  <div class="digits-film" hidden>
    <div class="digits-film-images" role="group" aria-label="Which image"></div>
    <div class="digits-film-controls">
      <button type="button" class="digits-film-play"></button>
      <input type="range" min="0" class="digits-film-at" aria-label="Epoch">
      <span class="digits-film-told" aria-live="polite"></span>
    </div>
  </div>
  <div class="digits-network-foot">
    <span class="digits-network-told"></span>
    <button type="button" data-format="svg" aria-label="Download the picture as SVG">SVG</button>
    <button type="button" data-format="png" aria-label="Download the picture as PNG">PNG</button>
  </div>
</div>
"""
_CSS = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def against(layers: Sequence[Layer], preset: Preset | None) -> tuple[list[Mark | None], str]:
    """Return the marks of a network that began as a preset, and a sentence that says what they mean."""
    if preset is None:
        return [None] * len(layers), ""
    phrases = "; ".join(layer_changes(preset.spec.layers, layers))
    told = f"Other layers than in “{preset.title}”: {phrases}. " if phrases else ""
    return marks(layers, preset.spec.layers), told


def network_picture(
    boxes: Sequence[Box],
    key: str,
    told: str,
    *,
    name: str = "network",
    rows: dict[int, str] | None = None,
    scale: Scale | None = None,
    tiles: Sequence[Tile] = (),
    film: Mapping[str, object] | None = None,
    on_pixel: Callable[[dict[str, int]], None] | None = None,
    brief: bool = False,
) -> None:
    """Draw the picture of a network.

    Args:
        told: the line below it while no box is chosen.
        name: of its files.
        rows: the keys of the containers, by place of the layer, to which a click leads.
        scale, tiles: as in `network_svg`.
        film: what the browser is told of the film that fills it.
        on_pixel: called with image, place, channel, row and column of a pixel that was clicked, before the
            script, or fragment, runs again.
        brief: whether it is made to fit its place, however narrow, without ribbons and files.
    """
    svg = network_svg(boxes, clickable=True, scale=scale, tiles=tiles, ribbons=not brief)
    data = {
        "svg": svg,
        "told": told,
        "name": name,
        "film": film,
        "brief": brief,
        "rows": {str(at): row for at, row in (rows or {}).items()},
    }
    answers: dict[str, Any] = {"on_pixel_change": partial(_clicked, key, on_pixel)} if on_pixel else {}
    draw = component("digits_network", _HTML, _CSS, "network_picture.js")
    draw(key=key, data=data | {"clickable": on_pixel is not None}, height="content", **answers)


def _clicked(key: str, on_pixel: Callable[[dict[str, int]], None]) -> None:
    if pixel := st.session_state[key].get("pixel"):
        on_pixel({name: int(pixel[name]) for name in ("image", "place", "channel", "row", "column")})

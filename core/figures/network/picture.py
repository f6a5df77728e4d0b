"""The whole picture of a network as one SVG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.analysis.film import Tile
from core.figures.network.boxes import Box
from core.figures.network.colours import CHANGED, NEW, WRONG, Shades, shades
from core.figures.network.elements import INK, element, polygon, text
from core.figures.network.links import around, link
from core.figures.network.maps import ROOM, maps, on_face
from core.figures.network.ribbons import HEIGHT, ribbon
from core.figures.network.slots import LINE, TITLE, Plan, Slot, plan
from core.figures.network.solids import Placed
from core.figures.style import SERIES
from core.words import count

_SMALL = 11.0
_MARKS = {"changed": CHANGED, "new": NEW, "only here": NEW}
SCALE_NOTE = (
    "Height and depth of a box are rows and columns of its images, all to one scale; its thickness is the "
    "square root of the number of channels, the height of a bar the logarithm of its numbers. The small "
    "square is what a layer looks at. A ribbon is as wide as a layer's parameters, or its work "
    "(multiply-adds for one image), against those of the largest layer."
)


@dataclass(frozen=True)
class Scale:
    """The parameters and multiply-adds that are drawn widest, and how wide the whole picture is."""

    parameters: int
    multiply_adds: int
    width: float


def network_svg(
    boxes: Sequence[Box],
    *,
    clickable: bool = False,
    scale: Scale | None = None,
    alone: bool = False,
    tiles: Sequence[Tile] = (),
    ribbons: bool = True,
) -> str:
    """Return the picture as SVG, whose text and lines follow the colour of the text around it.

    Args:
        clickable: whether each box is a button for those who click or use a keyboard; else it is one image.
        scale: of several pictures, so that they can be compared; else its own.
        tiles: what is kept of each layer, for a picture that is filled with what they make of an image.
        alone: whether it is a file of its own, dark on white.
        ribbons: whether what each layer costs is drawn below it.
    """
    return _svg(tuple(boxes), clickable, scale, alone, tuple(tiles), ribbons)


@lru_cache(maxsize=128)
def _svg(
    boxes: tuple[Box, ...],
    clickable: bool,
    scale: Scale | None,
    alone: bool,
    tiles: tuple[Tile, ...],
    ribbons: bool,
) -> str:
    """Draw each picture once: many look at one network, and a page draws it with each run of its script."""
    drawn, scale = plan(boxes), scale or one_scale(boxes)
    names_end = drawn.floor + 14 + drawn.lines * LINE
    maps_end = names_end + (ROOM if tiles else 0)
    height = maps_end + (2 * HEIGHT + 6 if ribbons else 0)
    parts = [*_links_and_boxes(drawn, names_end, clickable, bool(tiles)), *_maps(drawn, names_end + 4, tiles)]
    parts += _ribbons(drawn, maps_end + 8, scale) if ribbons else []
    ground = [element("rect", width="100%", height="100%", fill="#ffffff")] if alone else []
    return element(
        "svg",
        [*ground, *parts],
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {scale.width:.0f} {height:.0f}",
        width=f"{scale.width:.0f}",
        height=f"{height:.0f}",
        role="group" if clickable else "img",
        aria_label=_title(boxes) if clickable else f"{_title(boxes)}. {told(boxes)}",
        font_family="system-ui, sans-serif",
        color="#1b2330" if alone else None,
    )


def one_scale(*networks: Sequence[Box]) -> Scale:
    """Return the scale on which all of these networks fit."""
    found = [box for boxes in networks for box in boxes]
    width = max(plan(boxes).width for boxes in networks)
    return Scale(max(box.parameters for box in found), max(box.multiply_adds for box in found), width)


def told(boxes: Sequence[Box]) -> str:
    """Return all that the picture shows in words."""
    return ". ".join(box.told() for box in boxes)


def _title(boxes: Sequence[Box]) -> str:
    return f"A picture of the network: {count(len(boxes) - 2, 'layer')}, then softmax"


def _links_and_boxes(drawn: Plan, end: float, clickable: bool, is_filled: bool) -> Iterator[str]:
    before: Slot | None = None
    for slot in drawn.slots:
        if before:
            yield element("g", link(before, slot), aria_hidden="true")
        yield _group(slot, drawn, end, clickable)
        if is_filled and slot.box.is_image:
            yield on_face(slot)
        before = slot


def _group(slot: Slot, drawn: Plan, end: float, clickable: bool) -> str:
    box = slot.box
    parts = [_frame(slot, end), *around(slot)]
    parts += [side for placed in slot.solids for side in _sides(box, placed)]
    parts += _names(slot, drawn.floor + 14)
    told = {"role": "button", "tabindex": 0, "aria_label": box.told()} if clickable else {}
    return element("g", parts, class_="digits-box", data_place=box.place, **told)


def _frame(slot: Slot, end: float) -> str:
    """Return what lies behind a box: nothing to be seen, or the colour and the word of its mark."""
    colour = WRONG if slot.box.problem else _MARKS[slot.box.mark.kind] if slot.box.mark else None
    look: dict[str, Any] = {
        "x": slot.left - 8,
        "y": 3.0,
        "width": slot.width + 16,
        "height": end - 4,
        "rx": 8,
    }
    if colour:
        look |= {"fill": colour, "fill_opacity": 0.13, "stroke": colour, "stroke_dasharray": "5 3"}
    frame = element("rect", class_="digits-frame", **({"fill": "transparent"} | look))
    word = slot.box.mark.kind if slot.box.mark else ""
    return frame + (text(word, slot.centre, 16, _SMALL, font_weight=600) if word else "")


def _sides(box: Box, placed: Placed) -> Iterator[str]:
    if not box.shape:
        colour = WRONG if box.problem else INK
        yield polygon(placed.front(), fill="none", stroke=colour, stroke_width=1.2, stroke_dasharray="4 3")
        sign = "!" if box.problem else "?"
        yield text(sign, placed.left + placed.solid.width / 2, placed.middle + 7, 20, fill=colour)
        return
    found = shades(box.kind)
    if box.kind == "dropout":
        yield from _faint(placed, found)
        return
    look = {"stroke": found.edge, "stroke_width": 0.8, "stroke_linejoin": "round"}
    yield polygon(placed.lid(), fill=found.lid, **look)
    yield polygon(placed.face(), fill=found.face, **look)
    yield polygon(placed.front(), fill=found.front, **look)
    if box.kind == "softmax":
        yield from _digits(placed, box.shape[0], found)


def _faint(placed: Placed, found: Shades) -> Iterator[str]:
    """Yield a solid of which a part is switched off while it trains."""
    look = {"stroke": found.edge, "stroke_width": 0.9, "stroke_dasharray": "2.5 2"}
    for side in (placed.lid(), placed.face(), placed.front()):
        yield polygon(side, fill=found.front, fill_opacity=0.22, **look)


def _digits(placed: Placed, cells: int, found: Shades) -> Iterator[str]:
    """Yield the cells of the last layer, one a digit."""
    tall = placed.solid.height / cells
    for digit in range(cells):
        y = placed.top + digit * tall
        cell = [(placed.left, y), (placed.right, y), (placed.right, y + tall), (placed.left, y + tall)]
        yield polygon(cell, fill="none", stroke=found.edge, stroke_width=0.6)


def _names(slot: Slot, top: float) -> Iterator[str]:
    *title, shape = slot.words
    for at, words in enumerate(title):
        yield text(words, slot.centre, top + at * LINE, TITLE, font_weight=600)
    colour = {"fill": WRONG} if slot.box.problem else {"fill_opacity": 0.75}
    yield text(shape, slot.centre, top + len(title) * LINE, _SMALL, **colour)


def _maps(drawn: Plan, top: float, tiles: Sequence[Tile]) -> Iterator[str]:
    if tiles:
        for slot, tile in zip(drawn.slots, (None, *tiles), strict=True):
            yield from maps(slot, tile, top)


def _ribbons(drawn: Plan, top: float, scale: Scale) -> Iterator[str]:
    working = [slot for slot in drawn.slots if slot.box.shape]
    parameters, work = (
        [getattr(slot.box, name) for slot in working] for name in ("parameters", "multiply_adds")
    )
    yield ribbon("parameters", working, parameters, top, SERIES[2], scale.parameters)
    yield ribbon("work", working, work, top + HEIGHT, SERIES[0], scale.multiply_adds)

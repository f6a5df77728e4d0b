"""Empty frames for what each layer makes of an image, below its box and on its face; a page fills them."""

from collections.abc import Iterator
from typing import Any

from core.analysis.film import Tile
from core.figures.network.elements import element, text
from core.figures.network.slots import Slot

SIDE, _APART, _ACROSS = 26.0, 2.0, 2
ROOM = 4 * (SIDE + _APART) + 8
"""Pixels below the names for all frames of a box."""
_BAR, _SMALL = 10.6, 9.5
_PIXELS = "image-rendering:pixelated"


def maps(slot: Slot, tile: Tile | None, top: float) -> Iterator[str]:
    """Yield the frames of a box; `tile` says what is kept of its layer, None stands for the image itself."""
    if slot.box.kind == "softmax":
        yield from _bars(slot, top)
        return
    count = tile.channels if tile else 1
    whole = 2 * SIDE + _APART
    if count == 1:
        yield _frame(slot, 0, slot.centre - whole / 2, top, whole)
        return
    for channel in range(count):
        row, column = divmod(channel, _ACROSS)
        x = slot.centre - whole / 2 + column * (SIDE + _APART)
        yield _frame(slot, channel, x, top + row * (SIDE + _APART), SIDE)


def _frame(slot: Slot, channel: int, x: float, y: float, side: float) -> str:
    return element(
        "image",
        class_="digits-map",
        data_place=slot.box.place,
        data_channel=channel,
        x=x,
        y=y,
        width=side,
        height=side,
        preserveAspectRatio="none",
        style=_PIXELS,
    )


def on_face(slot: Slot) -> str:
    """Return a frame that lies on the right face: a square, turned and squeezed as the face is."""
    face = slot.last
    (across, down), tall = face.solid.back, face.solid.height
    turned = f"matrix({across:.2f} {down:.2f} 0 {tall:.2f} {face.right:.2f} {face.top:.2f})"
    return element(
        "image",
        class_="digits-map digits-face",
        data_place=slot.box.place,
        data_channel=0,
        width=1,
        height=1,
        transform=turned,
        preserveAspectRatio="none",
        style=_PIXELS,
        pointer_events="none",
        aria_hidden="true",
    )


def _bars(slot: Slot, top: float) -> Iterator[str]:
    """Yield a bar for each digit's probability."""
    left = slot.centre - SIDE - 1
    for digit in range(slot.box.shape[0]):
        y = top + digit * _BAR
        yield text(str(digit), left, y + 8.5, _SMALL)
        bar: dict[str, Any] = {"x": left + 6, "y": y, "width": 0, "height": _BAR - 2}
        yield element("rect", class_="digits-bar", data_digit=digit, data_most=2 * SIDE - 8, **bar)

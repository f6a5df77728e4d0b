"""What leads from one box to the next: the square that moves over an image, a band, a way around a block."""

from collections.abc import Iterator

from core.figures.network.colours import shades
from core.figures.network.elements import INK, element, line, polygon, text
from core.figures.network.slots import SUM, Slot
from core.figures.network.solids import Placed

_SMALL = 10.0


def link(before: Slot, after: Slot) -> Iterator[str]:
    """Yield what leads from one box to the next."""
    if not before.box.shape or not after.box.shape:
        return
    if after.box.window and before.box.is_image:
        yield from _window(before, after)
    else:
        yield _band(before.last, after.first)


def _band(before: Placed, after: Placed) -> str:
    """Return a faint band: all that is there goes over."""
    ends = [(before.end, before.middle + side * before.solid.whole_height / 2) for side in (-0.8, 0.8)]
    starts = [(after.left, after.middle + side * after.solid.whole_height / 2) for side in (0.8, -0.8)]
    return polygon([*ends, *starts], fill=INK, fill_opacity=0.07)


def _window(before: Slot, after: Slot) -> Iterator[str]:
    """Yield the square at its true size on the image, and where what it sees goes."""
    side, step = after.box.window or (0, 0)
    rows, columns = before.box.shape[:2]
    hue = shades(after.box.kind).edge
    tall, wide = side / rows, side / columns
    y, x = (
        min(max(0.0, (1 - share) / 2 + shift), 1 - share) for share, shift in ((tall, -0.12), (wide, 0.1))
    )
    if step > 1 and x + wide + step / columns <= 1:
        moved = before.last.on_face(x + step / columns, y, wide, tall)
        yield polygon(moved, fill="none", stroke=hue, stroke_width=0.8, stroke_dasharray="2 1.5")
    square = before.last.on_face(x, y, wide, tall)
    goal = (after.first.left, after.first.middle)
    for corner in square:
        yield line(corner, goal, stroke=INK, stroke_width=0.7, stroke_opacity=0.4)
    yield polygon(square, fill="#ffffff", fill_opacity=0.55, stroke=hue, stroke_width=1.2)


def around(slot: Slot) -> Iterator[str]:
    """Yield the way of a block's input around it, and the sum at its end."""
    if not slot.box.way or not slot.box.shape:
        return
    hue, middle = shades(slot.box.kind).front, slot.first.middle
    start, end = slot.first.left - 9, slot.last.end + SUM + 5
    top = slot.first.top + slot.first.solid.back[1] - 13
    path = f"M{start:.1f} {middle:.1f} V{top + 9:.1f} q0 -9 9 -9 H{end - 9:.1f} q9 0 9 9 V{middle - SUM:.1f}"
    dashes = "4 3" if slot.box.way == "1×1" else None
    yield element("path", d=path, fill="none", stroke=hue, stroke_width=2, stroke_dasharray=dashes)
    if dashes:
        yield text("1×1", (start + end) / 2, top - 4, _SMALL)
    yield element("circle", cx=end, cy=middle, r=SUM, fill="#ffffff", stroke=hue, stroke_width=1.5)
    for dx, dy in ((4, 0), (0, 4)):
        yield line((end - dx, middle - dy), (end + dx, middle + dy), stroke=hue, stroke_width=1.5)

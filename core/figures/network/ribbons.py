"""Parameters and work as ribbons below the boxes: as wide as a layer's share of the largest layer's."""

from collections.abc import Sequence

from core.figures.network.elements import element, text
from core.figures.network.slots import Slot
from core.words import short_count

WIDEST, THINNEST = 26.0, 1.2
HEIGHT = WIDEST + 20
"""Pixels of a ribbon with its numbers."""
_SMALL = 10.0


def ribbon(
    name: str, slots: Sequence[Slot], values: Sequence[int], top: float, colour: str, most: int
) -> str:
    """Return one ribbon through all slots that work, with its numbers below.

    Args:
        most: what is drawn widest.
    """
    middle, largest = top + WIDEST / 2, max(most, 1)
    halves = [max(THINNEST, WIDEST * value / largest) / 2 for value in values]
    edges = [(slot.left, slot.left + slot.width) for slot in slots]
    upper = _edge(edges, [middle - half for half in halves])
    lower = _edge(
        [(right, left) for left, right in reversed(edges)], [middle + half for half in reversed(halves)]
    )
    numbers = [
        text(short_count(value), slot.centre, top + WIDEST + 12, _SMALL, fill_opacity=0.75)
        for slot, value in zip(slots, values, strict=True)
        if value
    ]
    label = text(name, slots[0].left, top + WIDEST + 12, _SMALL, text_anchor="start", fill_opacity=0.75)
    band = element("path", d=f"M{upper} L{lower} Z", fill=colour, fill_opacity=0.75)
    return element("g", [band, label, *numbers], aria_hidden="true")


def _edge(spans: Sequence[tuple[float, float]], heights: Sequence[float]) -> str:
    """Return a line that is level over each span and bends smoothly between two."""
    (start, end), height = spans[0], heights[0]
    parts = [f"{start:.1f} {height:.1f} H{end:.1f}"]
    for (left, right), y in zip(spans[1:], heights[1:], strict=True):
        half = (end + left) / 2
        parts.append(f"C{half:.1f} {height:.1f} {half:.1f} {y:.1f} {left:.1f} {y:.1f} H{right:.1f}")
        end, height = right, y
    return " ".join(parts)

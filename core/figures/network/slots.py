"""Where each box of the picture stands: side by side on one axis, each as wide as it or its name is."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.figures.network.boxes import Box
from core.figures.network.solids import Placed, Solid, solid, standing

LETTER, TITLE, LINE = 7.3, 12.0, 15.0
"""Pixels that a letter of a title is wide on average and high, and from one line to the next."""
_GAP, _BETWEEN, _EDGE = 26.0, 9.0, 14.0
_ARC, _TOP = 26.0, 22.0
"""Pixels above the tallest box for what is carried around it, and for the word over a marked one."""
_GHOST = Solid(34.0, 62.0, (0.0, 0.0))
SUM = 7.0
"""The radius of the sign for a sum, behind what a residual block adds to."""


@dataclass(frozen=True)
class Slot:
    """A box with its place.

    Attributes:
        solids: one, or one for each layer inside a block.
        words: its title in lines, and its shape.
    """

    box: Box
    left: float
    width: float
    solids: tuple[Placed, ...]
    words: tuple[str, ...]

    @property
    def centre(self) -> float:
        return self.left + self.width / 2

    @property
    def first(self) -> Placed:
        return self.solids[0]

    @property
    def last(self) -> Placed:
        return self.solids[-1]


@dataclass(frozen=True)
class Plan:
    """All slots, and the heights at which things lie.

    Attributes:
        axis: the middle of all boxes.
        floor: where the tallest ends.
        lines: how many lines the words of each box take.
    """

    slots: tuple[Slot, ...]
    width: float
    axis: float
    floor: float
    lines: int


def plan(boxes: Sequence[Box]) -> Plan:
    """Return where all boxes stand."""
    tallest = max(_solid(box).whole_height for box in boxes)
    room = _TOP + (_ARC if any(box.way for box in boxes) else 0)
    axis = room + tallest / 2
    left, slots = _EDGE, []
    for box in boxes:
        slots.append(_slot(box, left, axis))
        left += slots[-1].width + _GAP
    lines = max(len(slot.words) for slot in slots)
    return Plan(tuple(slots), left - _GAP + _EDGE, axis, axis + tallest / 2, lines)


def _solid(box: Box) -> Solid:
    return solid(box.shape) if box.shape else _GHOST


def _slot(box: Box, left: float, axis: float) -> Slot:
    found, words = _solid(box), _lines(box)
    inside = box.slabs if box.shape else 1
    drawn = found.whole_width + (inside - 1) * (found.width + _BETWEEN)
    behind = 2 * SUM + 6 if box.way and box.shape else 0
    width = max(drawn + behind, LETTER * max(map(len, words)))
    start = left + (width - drawn - behind) / 2 + found.whole_width / 2
    steps = (at * (found.width + _BETWEEN) for at in range(inside))
    return Slot(box, left, width, tuple(standing(found, start + step, axis) for step in steps), words)


def _lines(box: Box) -> tuple[str, ...]:
    """Return the title in lines, and below it what the layer makes of its input."""
    number = f"{box.place} · " if box.kind not in ("input", "softmax") else ""
    shape = "×".join(map(str, box.shape)) if box.shape else "does not fit" if box.problem else "–"
    return *f"{number}{box.title}".rsplit(" ", 1 if " " in box.title else 0), shape

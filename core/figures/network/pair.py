"""Two networks to be drawn one above the other."""

from collections.abc import Sequence

from core.figures.network.boxes import Box, boxes
from core.model.layers import Layer
from core.model.marks import marks


def paired(a: Sequence[Layer], b: Sequence[Layer]) -> tuple[list[Box], list[Box]]:
    """Return the boxes of both, in each marked what the other has not, or not so.

    Raises:
        SpecError: one of them does not work.
    """
    return boxes(a, marks(a, b, "only here")), boxes(b, marks(b, a, "only here"))

"""The projection: an image of rows × columns × channels as a slab, a vector as an upright bar.

Rows go down, columns to the back and channels to the right, so that a slab's right face is the image itself.
Rows and columns have one scale for the whole picture. Channels are drawn by their square root and the numbers
of a vector by their logarithm: to scale, 512 channels or 3,136 numbers would leave nothing to be seen of a
28×28 image.
"""

from dataclasses import dataclass
from math import log2, sqrt

from core.figures.network.elements import Point
from core.model.layers import Shape

PIXEL = 3.6
"""How high a pixel of an image is drawn."""
BACK: Point = (0.5 * PIXEL, -0.28 * PIXEL)
"""Where a column further back lies."""
_CHANNELS, _NUMBERS, _THIN = 2.6, 10.0, 7.0


@dataclass(frozen=True)
class Solid:
    """How large something is drawn: its front, and how far it reaches to the back."""

    width: float
    height: float
    back: Point

    @property
    def whole_width(self) -> float:
        return self.width + self.back[0]

    @property
    def whole_height(self) -> float:
        return self.height - self.back[1]


def solid(shape: Shape) -> Solid:
    """Return what a layer's output is drawn as."""
    if len(shape) == 1:
        return Solid(_THIN, _NUMBERS * log2(shape[0] + 1), (2 * BACK[0], 2 * BACK[1]))
    rows, columns, channels = shape
    return Solid(_CHANNELS * sqrt(channels), rows * PIXEL, (columns * BACK[0], columns * BACK[1]))


@dataclass(frozen=True)
class Placed:
    """A solid where it stands: `left` and `top` are those of its front."""

    solid: Solid
    left: float
    top: float

    @property
    def right(self) -> float:
        """Where its front ends and its right face begins."""
        return self.left + self.solid.width

    @property
    def middle(self) -> float:
        """Half its height, of front and right face together."""
        return self.top + (self.solid.height + self.solid.back[1]) / 2

    @property
    def end(self) -> float:
        return self.left + self.solid.whole_width

    def front(self) -> list[Point]:
        right, bottom = self.right, self.top + self.solid.height
        return [(self.left, self.top), (right, self.top), (right, bottom), (self.left, bottom)]

    def lid(self) -> list[Point]:
        x, y = self.solid.back
        right, top = self.right, self.top
        return [(self.left, top), (right, top), (right + x, top + y), (self.left + x, top + y)]

    def face(self) -> list[Point]:
        """Return the right face: the image, its first column in front."""
        return self.on_face(0, 0, 1, 1)

    def on_face(self, x: float, y: float, width: float, height: float) -> list[Point]:
        """Return a rectangle on the right face, in shares of its columns and rows."""
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        back, tall = self.solid.back, self.solid.height
        return [(self.right + a * back[0], self.top + a * back[1] + b * tall) for a, b in corners]


def standing(found: Solid, centre: float, axis: float) -> Placed:
    """Return a solid that stands around a point."""
    left = centre - found.whole_width / 2
    return Placed(found, left, axis - (found.height + found.back[1]) / 2)

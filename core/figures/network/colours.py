"""The colours of a network's picture, the same in both themes; what a colour says is written there too."""

from dataclasses import dataclass

from core.figures.style import SERIES, mixed

CHANGED, NEW, WRONG = "#d98a00", "#1a9e77", "#e5484d"
_GREY = "#8a93a0"
_KINDS = {
    "conv2d": SERIES[0],
    "separable_conv2d": SERIES[6],
    "residual": SERIES[3],
    "max_pooling2d": SERIES[1],
    "average_pooling2d": SERIES[1],
    "global_pooling2d": SERIES[1],
    "dense": SERIES[2],
    "softmax": SERIES[4],
}
"""By kind of layer; what weighs nothing and picks nothing is grey."""


@dataclass(frozen=True)
class Shades:
    """The colours of a solid's sides."""

    front: str
    lid: str
    face: str
    edge: str


def shades(kind: str) -> Shades:
    """Return the colours of one kind of layer."""
    hue = _KINDS.get(kind, _GREY)
    return Shades(hue, mixed(hue, "#ffffff", 0.45), mixed(hue, "#ffffff", 0.2), mixed(hue, "#000000", 0.35))

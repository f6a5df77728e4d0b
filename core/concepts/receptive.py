"""The receptive field of a stack of layers: which input pixels one output square depends on.

Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks", equation 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Window:
    """A layer as its receptive field sees it: its square's side and its stride, in pixels of its input."""

    size: int
    stride: int = 1


def field(stack: Sequence[Window]) -> int:
    """Return the side, in input pixels, of the square that one output of the stack depends on."""
    side, jump = 1, 1
    for layer in stack:
        side += (layer.size - 1) * jump
        jump *= layer.stride
    return side


def paths(stack: Sequence[Window]) -> NDArray[np.int64]:
    """Return in how many ways each pixel of the receptive field reaches the output: int64 (side, side)."""
    line = np.ones(1, np.int64)
    for layer in reversed(stack):
        spread = np.zeros((len(line) - 1) * layer.stride + 1, np.int64)
        spread[:: layer.stride] = line
        line = np.convolve(spread, np.ones(layer.size, np.int64))
    return np.outer(line, line)


def weights(stack: Sequence[Window], channels: int, learns: Sequence[bool]) -> int:
    """Return the weights of the layers that learn, each from and to so many channels, without biases."""
    return sum(layer.size**2 * channels**2 for layer, on in zip(stack, learns, strict=True) if on)

"""Pooling: each square of an image becomes one number. And what a small shift of the digit changes."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mode = Literal["max", "average"]


def squares(image: Floats, size: int) -> Floats:
    """Return the squares of an image (h, w), side by side: (h // size, w // size, size, size).

    Rows and columns that fill no whole square are left out, as in Keras with padding "valid".
    """
    rows, columns = image.shape[0] // size, image.shape[1] // size
    whole = image[: rows * size, : columns * size]
    return whole.reshape(rows, size, columns, size).swapaxes(1, 2)


def pool(image: Floats, size: int, mode: Mode = "max") -> Floats:
    """Return the maximum or average of each square of an image (h, w): (h // size, w // size)."""
    parts = squares(image, size)
    result: Floats = parts.max(axis=(2, 3)) if mode == "max" else parts.mean(axis=(2, 3))
    return result


def winner(square: Floats) -> tuple[int, int]:
    """Return the row and column of a square's largest value: the only one that learns from it."""
    row, column = np.unravel_index(int(square.argmax()), square.shape)
    return int(row), int(column)


def shifted(image: Floats, columns: int) -> Floats:
    """Return an image (h, w) moved to the right by whole pixels, empty squares 0."""
    result = np.zeros_like(image)
    width = image.shape[1]
    if abs(columns) < width:
        result[:, max(columns, 0) : width + min(columns, 0)] = image[
            :, max(-columns, 0) : width - max(columns, 0)
        ]
    return result


def change(before: Floats, after: Floats) -> float:
    """Return how far two maps of equal shape are apart: the norm of their difference by that of the first."""
    size = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / size if size else 0.0

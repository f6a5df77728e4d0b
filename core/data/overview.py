"""What a pool of images looks like as a whole."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.prepare import CLASSES, one_hot

_CHUNK = 5000
"""Images taken at once, so that no copy of all of them in a larger type is made."""


@dataclass(frozen=True, eq=False)
class Overview:
    """Counts and moments of images uint8 (n, 28, 28).

    Attributes:
        counts: int64 (10,), images of each digit.
        values: int64 (256,), how often each pixel value occurs.
        means, deviations: float32 (10, 28, 28), each digit's average image and standard deviation (of the
            population), in 0…255; zero for a digit that does not occur.
    """

    counts: NDArray[np.int64]
    values: NDArray[np.int64]
    means: NDArray[np.float32]
    deviations: NDArray[np.float32]

    @property
    def mean(self) -> float:
        """The average of all pixels, 0…255."""
        return float(self.values @ np.arange(256) / self.values.sum())

    @property
    def deviation(self) -> float:
        """Their standard deviation."""
        squares = (np.arange(256) - self.mean) ** 2
        return float(np.sqrt(self.values @ squares / self.values.sum()))


def overview(images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Overview:
    """Return the overview of images uint8 (n, 28, 28) with labels uint8 (n,); n is at least 1."""
    counts = np.bincount(labels, minlength=CLASSES)
    values = np.zeros(256, np.int64)
    sums, squares = np.zeros((CLASSES, 784)), np.zeros((CLASSES, 784))
    for start in range(0, len(images), _CHUNK):
        rows = images[start : start + _CHUNK].reshape(-1, 784)
        values += np.bincount(rows.ravel(), minlength=256)
        digits, numbers = one_hot(labels[start : start + _CHUNK]).T, rows.astype(np.float32)
        sums += digits @ numbers
        squares += digits @ (numbers * numbers)
    several = np.maximum(counts, 1)[:, None]
    means = sums / several
    deviations = np.sqrt(np.maximum(squares / several - means**2, 0))
    return Overview(counts, values, _pictures(means), _pictures(deviations))


def _pictures(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    return rows.reshape(-1, 28, 28).astype(np.float32)


def sample(labels: NDArray[np.uint8], digit: int | None, count: int, seed: int) -> NDArray[np.int64]:
    """Return the places of `count` images of a digit, or of any; fewer if there are not so many."""
    among = np.arange(len(labels)) if digit is None else np.flatnonzero(labels == digit)
    places: NDArray[np.int64] = np.random.default_rng(seed).permutation(among)[:count]
    return places


def laid_out(row: NDArray[np.uint8], lines: int) -> NDArray[np.float64]:
    """Return the first lines of a row of 784 numbers as (28, 28), the rest not yet there: NaN."""
    picture = np.full((28, 28), np.nan)
    picture[:lines] = row.reshape(28, 28)[:lines]
    return picture

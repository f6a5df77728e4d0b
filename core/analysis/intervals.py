"""How far an accuracy that was measured on some images may be from the true one, in numbers and in words."""

from functools import lru_cache
from math import sqrt
from statistics import NormalDist

_TWO_SIDED = NormalDist().inv_cdf(0.975)


@lru_cache(maxsize=10_000)  # a table of 1,000 runs is drawn at each click
def wilson(accuracy: float, images: int) -> tuple[float, float]:
    """Return the 95% Wilson score interval of an accuracy measured on so many images.

    SciPy has it too, but takes half a second to import, for which the first page would wait.
    Source: Wilson 1927.
    """
    share, z = round(accuracy * images) / images, _TWO_SIDED
    width = z * sqrt(share * (1 - share) / images + (z / images) ** 2 / 4)
    middle, scale = share + z**2 / images / 2, 1 + z**2 / images
    # At 0 and 1 the formula ends there, but for rounding.
    return min(share, max(0.0, (middle - width) / scale)), max(share, min(1.0, (middle + width) / scale))


def interval(accuracy: float, images: int) -> str:
    """Return the 95% Wilson interval of an accuracy, in percent."""
    low, high = wilson(accuracy, images)
    return f"{100 * low:.2f} – {100 * high:.2f}%"


def with_interval(accuracy: float, images: int) -> str:
    """Return an accuracy in percent with its interval behind."""
    return f"{accuracy:.2%} ({interval(accuracy, images)})"

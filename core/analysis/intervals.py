"""How far an accuracy that was measured on some images may be from the true one, in numbers and in words."""

from functools import lru_cache

from scipy.stats import binomtest


@lru_cache(maxsize=10_000)  # a table of 1,000 runs is drawn at each click
def wilson(accuracy: float, images: int) -> tuple[float, float]:
    """Return the 95 % Wilson score interval of an accuracy measured on so many images."""
    interval = binomtest(round(accuracy * images), images).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def interval(accuracy: float, images: int) -> str:
    """Return the 95 % Wilson interval of an accuracy, in percent."""
    low, high = wilson(accuracy, images)
    return f"{100 * low:.2f} – {100 * high:.2f} %"


def with_interval(accuracy: float, images: int) -> str:
    """Return an accuracy in percent with its interval behind."""
    return f"{accuracy:.2%} ({interval(accuracy, images)})"

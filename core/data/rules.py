"""The lines of ruled and squared paper, taken out of a picture's ink: what crosses them stays."""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import grey_opening, maximum_filter1d

Floats = NDArray[np.float32]
_LONG, _HIGH = 1 / 3, 1 / 8
"""A tile's sides as shares of the picture's longer side; in it the lines are straight and parallel."""
_SLOPES = np.linspace(-0.18, 0.18, 37)
_SPARSE = 8
"""The slope is found by every eighth column."""
_COVERED = 0.75
"""So much of a line's length in a tile must be there: writing on a line has more gaps."""
_THICK = 1 / 130
"""Lines are thinner than this share of the longer side; strokes as thin as that are not as long."""
_OVER = 0.35
"""What is darker than its line by this share of full ink is a stroke across it."""


def without_rules(ink: Floats, faintest: float) -> Floats:
    """Return ink (h, w), 0 on paper and about 1 in strokes, without long thin lines across and down.

    In each tile the lines have the slope along which the means of the rows differ most (a Radon transform of
    small angles). Lines fainter than `faintest` are none.
    """
    for turn in (False, True):
        turned = np.ascontiguousarray(ink.T) if turn else ink
        lines = _lines(turned, faintest)
        left = turned - lines * np.clip((lines + _OVER - turned) / 0.2, 0, 1)
        ink = left.T if turn else left
    return np.ascontiguousarray(ink)


def _lines(ink: Floats, faintest: float) -> Floats:
    """Return how much ink the lines across have, in the shape of ink (h, w)."""
    side = max(ink.shape)
    long, high = (max(9, round(share * side)) for share in (_LONG, _HIGH))
    margin = int(_SLOPES[-1] * long / 2) + 2
    thin = ink - grey_opening(ink, (max(3, round(_THICK * side)), 1))
    thin = np.pad(thin, ((margin, margin + high), (0, 0)), "reflect" if len(thin) > margin + high else "wrap")
    lines = np.zeros((len(ink) + high, ink.shape[1]), np.float32)
    for left in range(0, max(1, ink.shape[1] - long // 2), long // 2):  # tiles overlap, as lines may end
        for top in range(0, len(ink), high):
            there = slice(left, left + long)
            found = _in_tile(thin[top : top + high + 2 * margin, there], margin, faintest)
            if found is not None:
                here = lines[top : top + high, there]
                np.maximum(here, found, out=here)
    return lines[: len(ink)]


def _in_tile(thin: Floats, margin: int, faintest: float) -> Floats | None:
    """Return the lines across a tile (h, w), which comes with a margin above and below; None without any."""
    across = np.arange(thin.shape[1]) - thin.shape[1] // 2
    rows = np.arange(margin, len(thin) - margin)[:, None]
    few = across[::_SPARSE]
    means = np.stack(
        [thin[rows + np.rint(s * few).astype(np.intp), few + thin.shape[1] // 2].mean(1) for s in _SLOPES]
    )
    best = means[means.var(axis=1).argmax()]
    if best.max() - np.median(best) < faintest:
        return None
    shift = np.rint(_SLOPES[means.var(axis=1).argmax()] * across).astype(np.intp)
    sheared = np.arange(len(thin))[:, None] + shift
    straight = thin[sheared.clip(0, len(thin) - 1), np.arange(thin.shape[1])]
    place = round((1 - _COVERED) * (straight.shape[1] - 1))
    amount = np.partition(straight, place, axis=1)[:, place]
    amount[amount - np.median(amount) < faintest] = 0
    lines: Floats = maximum_filter1d(amount, 3)[(rows - shift).clip(0, len(amount) - 1)]
    return lines

"""What a curve of one value an epoch does: where it turns, jumps, falls straight or lies flat.

Plain numbers: float64 (n,), one for each epoch; places are counted from 0.
"""

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

GENERALISATION_LOSS = 0.05
"""How far validation loss must be above its lowest value: the largest threshold of the criterion GL that
Prechelt 1998 ("Early stopping – but when?", section 2.2) compares. Smaller ones fire on noise."""
RISE_P_VALUE = 0.02
"""One-sided p of Kendall's tau: a validation loss that goes on rising, not one that fluctuates."""
EPOCHS_AFTER_TURN = 4
"""Fewer ranks than five cannot reach that p."""
TRAINING_GOES_ON = 0.9
"""Training loss has at most this share of what it was at the turn."""
JUMP, LARGE_JUMP = 1.15, 1.5
"""The next value in relation to the last. A mean over an epoch hardly ever rises while the rate is sound:
in the recorded histories of the tests no sound run's training loss does so by more than 2%."""
FLAT_FALL = 0.1
"""A curve is flat if it lost less than this share in the last third of its epochs."""


def smoothed(curve: Curve) -> Curve:
    """Return running medians of three values, of two at the ends."""
    return np.array([np.median(curve[max(0, i - 1) : i + 2]) for i in range(len(curve))])


def turn(training: Curve, validation: Curve) -> int | None:
    """Return where validation loss was lowest, if it rises since while training loss goes on falling.

    This is over-fitting as Goodfellow et al. 2016 (Deep Learning, section 7.8, figure 7.3) draw it.
    """
    if len(validation) <= EPOCHS_AFTER_TURN:
        return None
    level = smoothed(validation)
    at = int(level.argmin())
    last = max(3, len(validation) // 8)
    risen = np.median(validation[-last:]) > (1 + GENERALISATION_LOSS) * level[at]
    goes_on = np.median(training[-last:]) < TRAINING_GOES_ON * training[at]
    if len(validation) - 1 - at < EPOCHS_AFTER_TURN or not (risen and goes_on and _rises(validation[at:])):
        return None
    start = max(0, at - 2)
    return start + int(validation[start : at + 3].argmin())


def _rises(curve: Curve) -> bool:
    from scipy.stats import kendalltau

    trend = kendalltau(np.arange(len(curve)), curve, alternative="greater")
    return bool(trend.pvalue < RISE_P_VALUE)


def jumps(curve: Curve, least: float, ratio: float = JUMP) -> list[int]:
    """Return the places whose value is `ratio` times the one before and greater by `least` or more."""
    before, after = curve[:-1], curve[1:]
    return [int(i) + 1 for i in np.flatnonzero((after > ratio * before) & (after - before > least))]


def falls_smoothly(curve: Curve, share: float = 0.8) -> bool:
    """Return whether at least so large a share of the steps goes down, and the whole does."""
    down = np.diff(curve) < 0
    return len(curve) > 1 and bool(down.mean() >= share) and bool(curve[-1] < curve[0])


def late_share(curve: Curve) -> float:
    """Return the share of the whole fall that the second half brought: 0.5 for a straight line."""
    fall = curve[0] - curve[-1]
    middle = np.interp((len(curve) - 1) / 2, np.arange(len(curve)), curve)
    return float((middle - curve[-1]) / fall) if fall > 0 else 0.0


def last_third(curve: Curve) -> Curve:
    """Return the last third of the values, at least three."""
    return curve[-max(3, len(curve) // 3) :]


def is_flat(curve: Curve) -> bool:
    """Return whether the last third lost less than a tenth of its value."""
    late = last_third(curve)
    half = max(1, len(late) // 4)
    return bool(np.median(late[-half:]) > (1 - FLAT_FALL) * np.median(late[:half]))


def fall_per_epoch(curve: Curve) -> float:
    """Return the share of its value that the curve loses each epoch in its last third (least squares)."""
    late = np.log(np.maximum(last_third(curve), 1e-12))
    from scipy.stats import linregress

    return float(-np.expm1(linregress(np.arange(len(late)), late).slope))


def often(places: list[int], curve: Curve) -> bool:
    """Return whether so many places of a curve are more than an accident: two, and one in ten."""
    return len(places) >= max(2, len(curve) / 10)


def early_stop(validation: Curve, patience: int) -> int:
    """Return the last place that Keras' `EarlyStopping` on this curve would train; the end without a stop."""
    best, since = np.inf, 0
    for at, value in enumerate(validation):
        best, since = (value, 0) if value < best else (best, since + 1)
        if since >= patience:
            return at
    return len(validation) - 1

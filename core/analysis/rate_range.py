"""Which learning rates suit a network, read from its loss while the rate rises (Smith 2017, section 3.3)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
START = 10
"""Losses from which the level at the start is told: at the smallest rates nothing has changed yet."""
LOST = 4.0
"""The sweep ends where the smoothed loss is so many times its lowest, as in fastai and PyTorch Lightning."""
FALL = 0.02
"""A loss that never falls by this share of its start tells nothing of any rate."""
_BEHIND, _BESIDE = 0.9, 0.8


@dataclass(frozen=True, eq=False)
class RateSweep:
    """The loss of each batch while the learning rate rises by a factor from one to the next.

    Attributes:
        rates: at which each batch's step was taken, rising, (n,).
        losses: mean loss over the images of each batch, before that step, (n,); all finite.
        batch_size: images in a batch.
        share: of the sweep that is done, 0…1; 1 also where it ended early.
        exploded: whether it ended because the loss rose far above its lowest, or was no finite number.
    """

    rates: Floats
    losses: Floats
    batch_size: int
    share: float
    exploded: bool = False

    @property
    def is_over(self) -> bool:
        return self.share >= 1


@dataclass(frozen=True)
class Suggestion:
    """Rates worth trying.

    Attributes:
        steepest: where the smoothed loss fell most steeply over the rate's logarithm.
        lowest: where it was lowest; the steps are about to become too large.
    """

    steepest: float
    lowest: float

    @property
    def low(self) -> float:
        return min(self.steepest, self.lowest / 10)

    @property
    def high(self) -> float:
        return max(self.steepest, self.lowest / 10)

    @property
    def taken(self) -> float:
        """The lower end, the safer one, to one digit."""
        return float(f"{self.low:.0e}")


def is_lost(losses: Floats) -> bool:
    """Return whether the loss has risen to `LOST` times its lowest, both smoothed; losses (n,), n ≥ 1.

    The smoothing is fastai's and Lightning's, an exponential mean of what is behind, with a shorter memory
    (0.9 instead of 0.98), because their sweeps are as short as ours but one odd batch need not end one.
    """
    weights = _BEHIND ** np.arange(len(losses))
    sums = [float(weights[: n + 1][::-1] @ losses[: n + 1]) for n in range(len(losses))]
    means = np.array(sums) / np.cumsum(weights)
    return bool(means[-1] > LOST * means.min())


def smoothed(losses: Floats) -> Floats:
    """Return the losses (n,) as weighted means of their neighbours on both sides, (n,).

    A mean of what is behind alone, as the libraries take it, lags: on 100 batches it moves the lowest point
    to a rate several times as high. Losses above the start count as the start's, so that an explosion does
    not spread to the rates before it.
    """
    capped = np.minimum(losses, _start(losses))
    places = np.arange(len(losses))
    weights = _BESIDE ** np.abs(np.subtract.outer(places, places))
    means: Floats = weights @ capped / weights.sum(axis=1)
    return means


def suggestion(sweep: RateSweep) -> Suggestion | None:
    """Return the rates to try, or None where the loss hardly fell or too few batches were seen.

    The range lies between the steepest descent (PyTorch Lightning's choice) and a tenth of the rate at the
    lowest loss (the rule of fastai's `lr_find`).
    """
    if len(sweep.losses) <= START:
        return None
    means = smoothed(sweep.losses)
    lowest = int(means.argmin())
    if lowest == 0 or means[lowest] > (1 - FALL) * _start(sweep.losses):
        return None
    slopes = np.gradient(means, np.log(sweep.rates))[: lowest + 1]
    return Suggestion(float(sweep.rates[slopes.argmin()]), float(sweep.rates[lowest]))


def _start(losses: Floats) -> float:
    return float(losses[:START].mean())

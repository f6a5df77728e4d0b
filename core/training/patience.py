"""Keras' two callbacks that wait for a better validation loss, through a fit in several stages.

Keras' own begin anew with each `fit`; these go on where they were.
"""

from collections.abc import Collection
from typing import Any

import keras


class EarlyStop(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Ends the training once validation loss has not improved for `patience` epochs.

    Args:
        anew: the epochs after which a run was continued: patience counts anew from there.
    """

    label = "early stopping"

    def __init__(self, patience: int, anew: Collection[int]) -> None:
        super().__init__(monitor="val_loss", patience=patience)
        self.anew = anew

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep what was counted."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch in self.anew:
            self.wait, self.best = 0, None


class Plateau(keras.callbacks.ReduceLROnPlateau):  # type: ignore[misc]
    """Lowers the learning rate once validation loss has not improved for `patience` epochs."""

    label = "plateau"
    anew: Collection[int] = ()

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep what was counted."""


WAITING = {"ReduceLROnPlateau": Plateau}
"""By the name of Keras' own, which a schedule gives."""


def ended_early(waiter: EarlyStop | Plateau) -> bool:
    """Whether early stopping had ended a training when a checkpoint of it was taken."""
    return isinstance(waiter, EarlyStop) and waiter.wait >= waiter.patience

"""Keras' two callbacks that wait for a better validation loss, through a fit in several stages.

Keras' own begin anew with each `fit`; these go on where they were.
"""

from typing import Any

import keras


class EarlyStop(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Ends the training once validation loss has not improved for `patience` epochs."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep what was counted."""


class Plateau(keras.callbacks.ReduceLROnPlateau):  # type: ignore[misc]
    """Lowers the learning rate once validation loss has not improved for `patience` epochs."""

    def on_train_begin(self, logs: Any = None) -> None:
        """Keep what was counted."""

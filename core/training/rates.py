"""The learning rate of each batch, where the schedule has a formula for it."""

from collections.abc import Callable
from typing import Any

import keras

from core.model.course import epoch_ends, leg_of, legs
from core.model.specs import RunSpec


class Rates:
    """A run's schedule, with what its formula needs to know of the course."""

    def __init__(self, spec: RunSpec, train_images: int) -> None:
        self._spec = spec
        self._ends = epoch_ends(spec, train_images, max(end for _, end in legs(spec)))

    def of(self, epoch: int) -> Callable[[int], float]:
        """Return an epoch's learning rate as a function of its batch, both counted from 0."""
        begin, end = leg_of(self._spec, epoch)
        before, total = self._ends[epoch] - self._ends[begin], self._ends[end] - self._ends[begin]
        peak, schedule = self._spec.optimizer.learning_rate, self._spec.schedule
        return lambda batch: schedule.rate(peak, before + batch, total, epoch)


class ScheduledRate(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the learning rate before every batch of Keras' own `fit`.

    Also where JAX keeps the state of an epoch outside the model: Keras' own `Callback.model` brings it back
    when it is asked for, and the trainer then reads it anew, so the model must be taken from there.
    """

    def __init__(self, rates: Rates) -> None:
        super().__init__()
        self._rates = rates

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._rate = self._rates.of(epoch)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.model.optimizer.learning_rate = self._rate(batch)

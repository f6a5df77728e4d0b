"""The loop over epochs and batches: Keras' own, and on TensorFlow one with less between two steps.

Keras hands every batch through a `tf.data` pipeline and keeps its metrics in variables. Here a batch goes
straight to the compiled step, and a thread makes the next one meanwhile. Callbacks see what Keras shows them.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras

from core.model.precision import Precision
from core.training.answers import BATCH, validated
from core.training.batches import Batches
from core.training.environment import device
from core.training.frames import Frames
from core.training.precision import InBfloat16, compute_in
from core.training.probe import Probe
from core.training.rates import Rates, ScheduledRate
from core.training.threads import give_way, parts

Validation = tuple[Any, Any]


class Loop:
    """Trains one compiled network, in one or more stages.

    Args:
        probe: the first of the callbacks, if the layers are looked at.
        precision: of the numbers that the network computes with while it trains.
        frames: that of the callbacks which keeps what the network answers, if any.
        rates: the learning rate of each batch, if the schedule has a formula for it.
    """

    def __init__(
        self,
        model: Any,
        validation: Validation,
        callbacks: Sequence[Any],
        probe: Probe | None = None,
        precision: Precision = "float32",
        frames: Frames | None = None,
        rates: Rates | None = None,
    ) -> None:
        self._model, self._validation, self._callbacks = model, validation, callbacks
        self._probe, self._precision, self._frames, self._rates = probe, precision, frames, rates
        self._step: Any = None

    def run(self, batches: Batches, done: int, end: int) -> None:
        """Train from the end of epoch `done` to that of epoch `end`, or until a callback stops it."""
        if is_plain():
            self._fit(batches, done, end)
        else:
            self._train(batches, done, end)

    def _fit(self, batches: Batches, done: int, end: int) -> None:
        precise = [InBfloat16()] if self._precision == "bfloat16" else []
        scheduled = [ScheduledRate(self._rates)] if self._rates else []
        try:
            self._model.fit(
                batches,
                validation_data=self._validation,
                validation_batch_size=BATCH,
                initial_epoch=done,
                epochs=end,
                shuffle=False,  # `Batches` shuffles images; the batches' own order stays, the short one last
                callbacks=[*precise, *scheduled, *self._callbacks],
                verbose=0,
            )
        finally:
            if precise:
                compute_in(self._model, "float32")

    def _train(self, batches: Batches, done: int, end: int) -> None:
        model = self._model
        self._step = self._step or self._compiled()
        told = keras.callbacks.CallbackList(self._callbacks, model=model)
        model.stop_training = False
        told.on_train_begin()
        for epoch in range(done, end):
            told.on_epoch_begin(epoch)
            logs = self._epoch(batches, self._rate(epoch))
            told.on_epoch_end(epoch, logs | self._validated(told))
            if model.stop_training:
                break
        told.on_train_end()

    def _validated(self, told: Any) -> dict[str, float]:
        told.on_test_begin()
        found = validated(self._model, *self._validation, after=told.on_test_batch_end)
        told.on_test_end()
        if self._frames:
            self._frames.said = found.probabilities
        return {"val_loss": found.loss, "val_accuracy": found.accuracy}

    def _compiled(self) -> Any:
        from core.training.inner import Inner
        from core.training.step import Step

        inner = Inner(self._model, self._probe.layers) if self._probe else None
        return Step(self._model, inner, self._precision, parts() if device() == "cpu" else 1)

    def _rate(self, epoch: int) -> Callable[[int], float]:
        """Return the learning rate of an epoch's batches: by the formula, else the one the optimizer has."""
        if self._rates:
            return self._rates.of(epoch)
        rate = float(self._model.optimizer.learning_rate)
        return lambda batch: rate

    def _epoch(self, batches: Batches, rate: Callable[[int], float]) -> dict[str, float]:
        """Train on each batch once; return loss and accuracy, means over the images."""
        images, sums, logs = 0, (0.0, 0.0), {"loss": 0.0, "accuracy": 0.0}
        batches.on_epoch_begin()
        with ThreadPoolExecutor(1, initializer=give_way) as ahead:
            following = ahead.submit(self._ready, batches, 0)
            for index in range(len(batches)):
                x, y = following.result()
                for callback in self._callbacks:
                    callback.on_train_batch_begin(index)
                if index + 1 < len(batches):  # while the step computes, which does not hold Python's lock
                    following = ahead.submit(self._ready, batches, index + 1)
                loss, accuracy = self._done(x, y, rate(index))
                images += len(x)
                sums = sums[0] + loss * len(x), sums[1] + accuracy * len(x)
                logs = {"loss": sums[0] / images, "accuracy": sums[1] / images}
                for callback in self._callbacks:
                    callback.on_train_batch_end(index, logs)
                if self._model.stop_training:
                    break
        return logs

    def _ready(self, batches: Batches, index: int) -> Any:
        """Return a batch as the compiled step takes it."""
        return self._step.ready(*batches[index])

    def _done(self, x: Any, y: Any, rate: float) -> tuple[float, float]:
        """Train on one batch and return its loss and accuracy; the probe hears of the layers if it is due."""
        if self._probe is None or not self._probe.is_due:
            loss, accuracy = self._step(x, y, rate)
        else:
            loss, accuracy, *told = self._step.looked_at(x, y, rate)
            self._probe.on_inner(*told)
        return loss, accuracy


def is_plain() -> bool:
    """Return whether Keras' own `fit` trains: on other backends, and where `DIGITS_PLAIN_FIT` is "yes".

    Then a run and its exported script differ by nothing, else by the rounding of float32.
    """
    return keras.backend.backend() != "tensorflow" or os.environ.get("DIGITS_PLAIN_FIT") == "yes"

"""One training from spec to kept weights. Knows neither store nor screen: it reports to a `Watcher`."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.data.prepare import Prepared
from core.errors import DataError
from core.model.build import compile_model
from core.model.course import restarts, stages
from core.model.specs import RunSpec
from core.runs.kept import kept_at_stop
from core.runs.records import EpochPoint
from core.runs.status import Command, RunStatus
from core.training.answers import validated
from core.training.averaging import Averaging
from core.training.batches import Batches
from core.training.callbacks import Diverged, Recorder, StopAsked, Watcher
from core.training.checkpoint import Checkpoint, Checkpoints, put, read
from core.training.frames import Frames
from core.training.loop import Loop
from core.training.patience import WAITING, EarlyStop, ended_early
from core.training.probe import Probe
from core.training.rates import Rates
from core.words import so_many


@dataclass(frozen=True)
class Fitted:
    """A trained model with the weights that the run keeps, and how the training ended.

    Attributes:
        model: a compiled `keras.Model`.
        epochs: all epochs; the last may be one that was broken off by a stop.
        kept: the epoch whose weights the model has, or None if none was ever measured.
        last_weights: those the training ended with, as `get_weights` gives them.
        status: finished, stopped or diverged.
        message: one sentence where there is something to say.
        checkpoint: where the last whole epoch ended, or None before the first.
    """

    model: Any
    epochs: tuple[EpochPoint, ...]
    kept: EpochPoint | None
    last_weights: list[NDArray[np.float32]]
    status: RunStatus
    message: str
    checkpoint: Checkpoint | None = None


def fit(spec: RunSpec, data: Prepared, watcher: Watcher, start: bytes | None = None) -> Fitted:
    """Train the network of `spec` on `data` and return it with the weights that are to be kept.

    The same spec, data and machine give the same metrics: initial weights, order, dropout and
    augmentation all follow from `spec.seed`.

    Args:
        start: a checkpoint to go on from, as bytes.

    Raises:
        DataError: the checkpoint is damaged or another network's.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(spec.seed)
    model = compile_model(spec)
    training = _Training(spec, data, watcher, model, _read(start, spec, model) if start else None)
    status, message = training.run()
    watcher.on_trained(status, message)
    return training.fitted(status, message)


class _Training:
    """A model, what is done to it and who watches."""

    def __init__(
        self, spec: RunSpec, data: Prepared, watcher: Watcher, model: Any, start: Checkpoint | None
    ) -> None:
        self._spec, self._data, self._model, self._watcher = spec, data, model, watcher
        self._done, begin = 0, ((0, 0, 0.0), None, ())
        if start:
            self._done, begin = start.epoch, _begin(start, model)
        self._recorder = Recorder(spec, len(data.x_train), watcher, *begin)
        self._averaging = Averaging() if spec.weight_averaging else None
        waiting = [*_plateau(spec), *_early_stopping(spec)]
        for waiter in waiting:
            if start and waiter.label in start.patience and start.epoch not in waiter.anew:
                waiter.best, waiter.wait = start.patience[waiter.label]
        self._over = bool(start and start.epoch > 1 and any(ended_early(waiter) for waiter in waiting))
        self._checkpoints = Checkpoints(self._recorder, self._averaging, waiting, watcher)
        self._checkpoints.last = start
        frames = Frames(data, spec, watcher, self._done)
        averaging = [self._averaging] if self._averaging else []
        probe = Probe(spec, watcher, self._recorder.step)
        callbacks = [probe, self._recorder, frames, *waiting, *averaging, self._checkpoints]
        rates = Rates(spec, len(data.x_train)) if spec.schedule.formula else None
        self._loop = Loop(model, (data.x_val, data.y_val), callbacks, probe, spec.precision, frames, rates)

    def run(self) -> tuple[RunStatus, str]:
        """Train to the end and return how it ended, with a sentence where there is something to say."""
        try:
            if self._done and self._watcher.command() is Command.STOP:  # asked while it had no worker
                raise StopAsked
            for done, end in stages(self._spec):
                if end > self._done and not self._over:
                    self._fit(max(done, self._done), end)
                    if self._model.stop_training and end not in restarts(self._spec):
                        break
        except StopAsked:
            kept = kept_at_stop(self._spec)
            return RunStatus.STOPPED, f"Stopped after {self._recorder.done()}; {kept} are kept."
        except Diverged as outcome:
            return RunStatus.DIVERGED, f"{outcome}: {advice(self._spec)}."
        last = self._recorder.epochs[-1].epoch if self._recorder.epochs else self._done
        if last < self._spec.epochs and self._spec.early_stopping:
            patience = self._spec.early_stopping.patience
            epochs = so_many(patience, "epoch")
            return RunStatus.FINISHED, f"Ended early: validation loss had not improved for {epochs}."
        return RunStatus.FINISHED, ""

    def _fit(self, done: int, end: int) -> None:
        batches = _batches(self._spec, self._data, done)
        if self._averaging:
            self._averaging.batches = batches
        self._loop.run(batches, done, end)

    def fitted(self, status: RunStatus, message: str) -> Fitted:
        """Return the model with the weights that are kept."""
        recorder, model = self._recorder, self._model
        if status is RunStatus.STOPPED and recorder.step > recorder.measured:
            self._measure_broken_off_epoch()
        if self._averaging:
            self._averaging.take_out()
        last_weights, kept = model.get_weights(), recorder.kept
        if kept is not None:
            model.set_weights(recorder.kept_weights)
        epochs, checkpoint = tuple(recorder.epochs), self._checkpoints.last
        return Fitted(model, epochs, kept, last_weights, status, message, checkpoint)

    def _measure_broken_off_epoch(self) -> None:
        """Give what was learned since the last whole epoch its chance to be kept."""
        loss, accuracy = self._recorder.running_means()
        if self._averaging:
            self._averaging.put_in()
        x, y = self._data.x_val, self._data.y_val
        found = validated(self._model, x, y)
        self._recorder.add_epoch(loss, accuracy, found.loss, found.accuracy)


def _read(content: bytes, spec: RunSpec, model: Any) -> Checkpoint:
    start = read(content, model)
    first = max([1, *restarts(spec)])
    if not first <= start.epoch <= spec.epochs:
        raise DataError(
            f"The checkpoint is of epoch {start.epoch}, expected {first} to {spec.epochs}: train it anew."
        )
    return start


def _begin(start: Checkpoint, model: Any) -> tuple[Any, ...]:
    """Bring the model to where a training goes on and return what a recorder begins with."""
    kept_weights = put(start, model)
    return (start.epoch, start.step, start.seconds), start.kept, kept_weights


def _batches(spec: RunSpec, data: Prepared, done: int) -> Batches:
    """Return the batches of the epochs that follow when so many are done."""
    return Batches(
        data.x_train,
        data.y_train,
        spec.batch_size_in(done + 1),
        spec.augmentation,
        spec.seed,
        spec.label_smoothing,
        epochs_before=done,
    )


def _plateau(spec: RunSpec) -> list[Any]:
    callback = spec.schedule.callback()
    return [WAITING[callback.class_name](**callback.config)] if callback else []


def _early_stopping(spec: RunSpec) -> list[Any]:
    if spec.early_stopping is None:
        return []
    return [EarlyStop(spec.early_stopping.patience, restarts(spec))]


def advice(spec: RunSpec) -> str:
    """Return what to change after a divergence, in the imperative."""
    rate = spec.optimizer.learning_rate
    smaller = 10 ** math.floor(math.log10(rate) - 0.5)
    extra = "" if spec.has_batch_norm else ", or add batch normalisation"
    return f"lower the learning rate from {rate:g} to {smaller:g} or less{extra}"

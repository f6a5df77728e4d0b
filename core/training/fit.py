"""One training from spec to best weights. Knows neither store nor screen: it reports to a `Watcher`."""

import math
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.data.prepare import Prepared
from core.model.build import compile_model, made
from core.model.specs import RunSpec
from core.runs.records import EpochPoint
from core.runs.status import RunStatus
from core.training.batches import Batches
from core.training.callbacks import Diverged, Recorder, ScheduledRate, StopAsked, Watcher
from core.training.frames import Frames

PREDICT_BATCH = 256


@dataclass(frozen=True)
class Fitted:
    """A trained model with the weights of its best epoch, and how the training ended.

    Attributes:
        model: a compiled `keras.Model`.
        epochs: all epochs; the last may be one that was broken off by a stop.
        best: the epoch whose weights the model has, or None if none was ever measured.
        last_weights: those the training ended with, as `get_weights` gives them.
        status: finished, stopped or diverged.
        message: one sentence where there is something to say.
    """

    model: Any
    epochs: tuple[EpochPoint, ...]
    best: EpochPoint | None
    last_weights: list[NDArray[np.float32]]
    status: RunStatus
    message: str


def fit(spec: RunSpec, data: Prepared, watcher: Watcher) -> Fitted:
    """Train the network of `spec` on `data` and return it with its best weights.

    The same spec, data and machine give the same metrics: initial weights, order, dropout and
    augmentation all follow from `spec.seed`.
    """
    keras.utils.clear_session()
    keras.utils.set_random_seed(spec.seed)
    model = compile_model(spec)
    recorder = Recorder(spec, len(data.x_train), watcher)
    status, message = _train(model, spec, data, recorder, Frames(data, spec.epochs, watcher))
    watcher.on_trained(status, message)
    if status is RunStatus.STOPPED:
        _measure_broken_off_epoch(model, data, recorder)
    last_weights = model.get_weights()
    if recorder.best is not None:
        model.set_weights(recorder.best_weights)
    return Fitted(model, tuple(recorder.epochs), recorder.best, last_weights, status, message)


def _train(
    model: Any, spec: RunSpec, data: Prepared, recorder: Recorder, frames: Frames
) -> tuple[RunStatus, str]:
    batches = Batches(data.x_train, data.y_train, spec.batch_size, spec.augmentation, spec.seed)
    try:
        model.fit(
            batches,
            validation_data=(data.x_val, data.y_val),
            validation_batch_size=PREDICT_BATCH,
            epochs=spec.epochs,
            shuffle=False,  # `Batches` shuffles the images; the batches' own order stays, the short one last
            callbacks=[recorder, frames, *_schedule(spec, len(batches)), *_early_stopping(spec)],
            verbose=0,
        )
    except StopAsked:
        return RunStatus.STOPPED, f"Stopped after {recorder.done()}; the best weights until then are kept."
    except Diverged as outcome:
        return RunStatus.DIVERGED, f"{outcome}: {advice(spec)}."
    if len(recorder.epochs) < spec.epochs and spec.early_stopping:
        patience = spec.early_stopping.patience
        epochs = "one epoch" if patience == 1 else f"{patience} epochs"
        return RunStatus.FINISHED, f"Ended early: validation loss had not improved for {epochs}."
    return RunStatus.FINISHED, ""


def _schedule(spec: RunSpec, batches: int) -> list[Any]:
    if callback := spec.schedule.callback():
        return [made(callback)]
    return [ScheduledRate(spec, batches)] if spec.schedule.formulas else []


def _early_stopping(spec: RunSpec) -> list[Any]:
    if spec.early_stopping is None:
        return []
    return [keras.callbacks.EarlyStopping(monitor="val_loss", patience=spec.early_stopping.patience)]


def _measure_broken_off_epoch(model: Any, data: Prepared, recorder: Recorder) -> None:
    """Give what was learned since the last whole epoch its chance to be the best."""
    loss, accuracy = recorder.running_means()
    if recorder.step == (recorder.epochs[-1].step if recorder.epochs else 0):
        return
    val_loss, val_accuracy = model.evaluate(data.x_val, data.y_val, batch_size=PREDICT_BATCH, verbose=0)
    recorder.add_epoch(loss, accuracy, val_loss, val_accuracy)


def predict(model: Any, x: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probabilities (n, 10) float32 that the model gives images (n, 28, 28, 1)."""
    probabilities = model.predict(x, batch_size=PREDICT_BATCH, verbose=0)
    return np.asarray(probabilities, np.float32)


def advice(spec: RunSpec) -> str:
    """Return what to change after a divergence, in the imperative."""
    rate = spec.optimizer.learning_rate
    smaller = 10 ** math.floor(math.log10(rate) - 0.5)
    normalised = any(getattr(layer, "batch_norm", "none") != "none" for layer in spec.layers)
    extra = "" if normalised else ", or add batch normalisation"
    return f"lower the learning rate from {rate:g} to {smaller:g} or less{extra}"

"""Keeps what the network answers after each epoch, for those who want to see it learn."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.analysis.film import Film
from core.analysis.frames import Frame, frame_of, is_kept
from core.analysis.predictions import Predictions
from core.data.prepare import Prepared, grey_values
from core.inference.film import filmed
from core.inference.steps import unfolded
from core.model.specs import RunSpec
from core.runs.status import Command
from core.training.answers import Floats, answers
from core.training.callbacks import StopAsked, Watcher


class Frames(keras.callbacks.Callback):  # type: ignore[misc]
    """Hands frames to the watcher at the end of the epochs that are kept; a stop is obeyed meanwhile.

    Attributes:
        said: the probabilities (n, 10) float32 of the epoch's validation, where the loop has kept them.
    """

    def __init__(self, data: Prepared, spec: RunSpec, watcher: Watcher, done: int = 0) -> None:
        super().__init__()
        self._data, self._spec, self._watcher = data, spec, watcher
        self._is_new = not done
        self.said: Floats | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        if self._is_new:
            self._film(0)
        self._is_new = False

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if is_kept(epoch + 1, self._spec.epochs):
            probabilities = self._said() if self.said is None else self.said
            predictions = Predictions(self._data.val_index, self._data.val_labels, probabilities)
            self._watcher.on_frame(take(self.model, epoch + 1, predictions))
            self._film(epoch + 1)

    def _film(self, epoch: int) -> None:
        self._watcher.on_film(film(self.model, self._spec, self._data, epoch))

    def _said(self) -> Floats:
        said = []
        for answer in answers(self.model, self._data.x_val):
            if self._watcher.command() is Command.STOP:
                raise StopAsked
            said.append(answer)
        return np.concatenate(said)


def film(model: Any, spec: RunSpec, data: Prepared, epoch: int) -> Film:
    """Return a frame of what a model makes of the first validation image of each digit."""
    rows = np.unique(data.val_labels, return_index=True)[1]
    return filmed(model, spec.layers, grey_values(data.x_val[rows, :, :, 0]), data.val_labels[rows], epoch)


def take(model: Any, epoch: int, predictions: Predictions) -> Frame:
    """Return the frame of a model that has just given these predictions on its validation images."""
    return frame_of(epoch, predictions, first_filters(model))


def first_filters(model: Any) -> NDArray[np.float32] | None:
    """Return the weights (k, k, 1, filters) of the first convolution, the one that sees the image, if any."""
    kinds = (keras.layers.Conv2D, keras.layers.SeparableConv2D)
    first = next((layer for layer in unfolded(model) if isinstance(layer, kinds)), None)
    if first is None:
        return None
    kernel = first.kernel if isinstance(first, keras.layers.Conv2D) else first.depthwise_kernel
    return np.asarray(keras.ops.convert_to_numpy(kernel), np.float32)

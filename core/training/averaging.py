"""Averaged weights: what validates, answers and is kept, while training goes on from the plain ones.

The optimizer keeps an exponential moving average of the weights inside its compiled step. Batch
normalisation's means and variances belong to the plain weights; for the averaged ones they are measured anew
over some training batches before each validation (Izmailov et al. 2018, section 3.2).
"""

import math
from typing import Any

import keras
import numpy as np

from core.inference.steps import unfolded
from core.model.course import STATISTICS_IMAGES
from core.training.batches import Batches


class Averaging(keras.callbacks.Callback):  # type: ignore[misc]
    """Puts the averaged weights in place for each validation and takes them out before training goes on.

    Keras puts them in place once more when a fit ends; they are taken out then too.
    """

    def __init__(self) -> None:
        super().__init__()
        self.batches: Batches | None = None
        """What is being trained on."""
        self._plain: list[Any] | None = None

    def on_test_begin(self, logs: Any = None) -> None:
        self.put_in()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.take_out()

    def on_train_end(self, logs: Any = None) -> None:
        self.take_out()

    def put_in(self) -> None:
        """Give the model its averaged weights with statistics to match; at least one batch must be done."""
        if self._plain is None:
            self._plain = self.model.get_weights()
            self.model.optimizer.finalize_variable_values(self.model.trainable_variables)
            assert self.batches is not None
            match_statistics(self.model, self.batches)

    def take_out(self) -> None:
        """Give the model back the weights it trains with."""
        if self._plain is not None:
            self.model.set_weights(self._plain)
            self._plain = None

    def plain(self) -> list[Any]:
        """Return the weights the model trains with, whichever are in place."""
        weights: list[Any] = self.model.get_weights() if self._plain is None else self._plain
        return weights


def match_statistics(model: Any, batches: Batches) -> None:
    """Set the moving means and variances of batch normalisation to what the weights give on training batches.

    They are those of the epoch's first `STATISTICS_IMAGES` images as training sees them, augmented and with
    dropout: means over batches, weighted by their images. Random states stay as they are.
    """
    layers = [layer for layer in unfolded(model) if isinstance(layer, keras.layers.BatchNormalization)]
    if not layers:
        return
    before = [variable.value for variable in model.non_trainable_variables]
    place = {id(variable): at for at, variable in enumerate(model.non_trainable_variables)}
    moving = [(v, layer.momentum) for layer in layers for v in (layer.moving_mean, layer.moving_variance)]
    for variable, _ in moving:
        before[place[id(variable)]] = keras.ops.zeros_like(variable)
    sums, images = [0.0] * len(moving), 0
    for index in range(min(len(batches), math.ceil(STATISTICS_IMAGES / batches.batch_size))):
        x, _ = batches[index]
        _, after = model.stateless_call(model.trainable_variables, before, x, training=True)
        images += len(x)
        for at, (variable, momentum) in enumerate(moving):  # from zero, a step is (1 − momentum) · batch
            step = keras.ops.convert_to_numpy(after[place[id(variable)]])
            sums[at] = sums[at] + len(x) / (1 - momentum) * np.asarray(step, np.float64)
    for (variable, _), total in zip(moving, sums, strict=True):
        variable.assign(np.asarray(total / images, np.float32))

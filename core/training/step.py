"""One step of training on TensorFlow, compiled: the arithmetic of Keras' own `train_step`, in less time.

The layers and their variables are the network's own. Batch normalisation of images, which Keras works out
in a dozen passes over memory, is done by TensorFlow's fused operation in three. Results differ from Keras' by
the rounding of float32 only. `predict`, `evaluate` and what is saved go through the plain network.
"""

from typing import Any

import keras
import numpy as np
import tensorflow as tf

from core.inference.steps import steps
from core.model.precision import Precision
from core.training.inner import Inner
from core.training.precision import computing_in
from core.training.updates import fused


class Step:
    """Forward, backward and the optimizer's update of a compiled network, for batches of any size.

    Args:
        inner: what looks at the layers in the steps that are `looked_at`; without it none can be.
        precision: of the numbers that the layers compute with.
    """

    def __init__(self, model: Any, inner: Inner | None = None, precision: Precision = "float32") -> None:
        self._model, self._inner = model, inner
        model.optimizer.build(model.trainable_variables)
        fused(model.optimizer)
        given = [tf.TensorSpec(shape, tf.float32) for shape in (model.input_shape, model.output_shape)]
        step = tf.function(self._step, autograph=False)  # it has no Python that hangs on a tensor
        with computing_in(model, precision):
            self._compiled = step.get_concrete_function(*given, tf.TensorSpec((), tf.bool))
        self._pass_by, self._look = tf.constant(False), tf.constant(True)

    def __call__(self, x: Any, y: Any) -> tuple[float, float]:
        """Train on images (n, 28, 28, 1) and labels (n, 10), float32; return their mean loss and accuracy."""
        loss, accuracy, *_ = self._compiled(tf.constant(x), tf.constant(y), self._pass_by).numpy().tolist()
        return loss, accuracy

    def looked_at(self, x: Any, y: Any) -> tuple[float, float, Any, Any]:
        """Do the same and return also what `Inner` tells, float32 (layers,): gradients, flat units."""
        loss, accuracy, *told = self._compiled(tf.constant(x), tf.constant(y), self._look).numpy()
        gradients, flat = np.split(np.array(told, np.float32), 2)
        return float(loss), float(accuracy), gradients, flat

    def _step(self, x: Any, y: Any, look: Any) -> Any:
        weights = self._model.trainable_variables
        with tf.GradientTape() as tape:
            outputs = {layer.name: made for layer, _, made in steps(self._model, x, _train)}
            probabilities = outputs[self._model.layers[-1].name]
            loss = self._model.compute_loss(x=x, y=y, y_pred=probabilities, training=True)
        gradients = tape.gradient(loss, [weight.value for weight in weights])
        self._model.optimizer.apply(gradients, weights)
        right = tf.equal(tf.argmax(probabilities, axis=-1), tf.argmax(y, axis=-1))
        told = tf.stack([loss, tf.reduce_mean(tf.cast(right, tf.float32))])
        return tf.concat([told, self._told(look, gradients, outputs)], axis=0) if self._inner else told

    def _told(self, look: Any, gradients: Any, outputs: Any) -> Any:
        inner = self._inner
        assert inner is not None
        return tf.cond(look, lambda: inner.measured(gradients, outputs), lambda: tf.zeros((inner.size,)))


def forward(model: Any, x: Any) -> Any:
    """Return what a network makes of images while it trains, as `model(x, training=True)` does."""
    *_, (_, _, probabilities) = steps(model, x, _train)
    return probabilities


def _train(layer: Any, values: Any) -> Any:
    if isinstance(layer, keras.layers.BatchNormalization) and len(layer.input.shape) == 4:
        return normalised(layer, values)
    return layer(values, training=True)


def normalised(layer: Any, values: Any) -> Any:
    """Return images (n, height, width, channels) normalised over the batch, and let the moving means move.

    The fused operation gives the variance by n − 1 (Bessel's correction); Keras' moving variance is by n.
    """
    nothing = tf.zeros((0,))
    out, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=values,
        scale=layer.gamma.value,
        offset=layer.beta.value,
        mean=nothing,
        variance=nothing,
        epsilon=layer.epsilon,
        is_training=True,
    )
    count = tf.cast(tf.size(values) // values.shape[-1], tf.float32)
    of_batch = (layer.moving_mean, mean), (layer.moving_variance, variance * ((count - 1) / count))
    for moving, found in of_batch:
        moving.assign(moving * layer.momentum + found * (1 - layer.momentum))
    return out

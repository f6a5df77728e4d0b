"""One step of training on TensorFlow, compiled: the arithmetic of Keras' own `train_step`, in less time.

The layers and their variables are the network's own. Batch normalisation of images, which Keras works out
in a dozen passes over memory, is done by TensorFlow's fused operation in three. Results differ from Keras' by
the rounding of float32 only. `predict`, `evaluate` and what is saved go through the plain network.
"""

from typing import Any

import keras
import tensorflow as tf

from core.inference.steps import steps
from core.training.updates import fused


class Step:
    """Forward, backward and the optimizer's update of a compiled network, for batches of any size."""

    def __init__(self, model: Any) -> None:
        self._model = model
        model.optimizer.build(model.trainable_variables)
        fused(model.optimizer)
        given = [tf.TensorSpec(shape, tf.float32) for shape in (model.input_shape, model.output_shape)]
        self._compiled = tf.function(self._step).get_concrete_function(*given)

    def __call__(self, x: Any, y: Any) -> tuple[float, float]:
        """Train on images (n, 28, 28, 1) and labels (n, 10), float32; return their mean loss and accuracy."""
        loss, accuracy = self._compiled(tf.constant(x), tf.constant(y)).numpy().tolist()
        return loss, accuracy

    def _step(self, x: Any, y: Any) -> Any:
        weights = self._model.trainable_variables
        with tf.GradientTape() as tape:
            probabilities = forward(self._model, x)
            loss = self._model.compute_loss(x=x, y=y, y_pred=probabilities, training=True)
        self._model.optimizer.apply(tape.gradient(loss, [weight.value for weight in weights]), weights)
        right = tf.equal(tf.argmax(probabilities, axis=-1), tf.argmax(y, axis=-1))
        return tf.stack([loss, tf.reduce_mean(tf.cast(right, tf.float32))])


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

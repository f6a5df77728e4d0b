"""An optimizer's update as one operation a variable, where TensorFlow has one: less time, same arithmetic.

A small network has few numbers in many variables; Keras' Adam is a dozen operations for each of them.
"""

from functools import partial
from typing import Any

import keras
import tensorflow as tf


def fused(optimizer: Any) -> Any:
    """Let a built optimizer update variables by TensorFlow's own operation if there is one, and return it."""
    if type(optimizer) in (keras.optimizers.Adam, keras.optimizers.AdamW) and not optimizer.amsgrad:
        optimizer.update_step = partial(_adam, optimizer)
    return optimizer


def _adam(optimizer: Any, gradient: Any, variable: Any, learning_rate: Any) -> None:
    at = optimizer._get_variable_index(variable)  # as Keras' own `update_step` finds its momentum
    step = tf.cast(optimizer.iterations.value + 1, variable.dtype)
    tf.raw_ops.ResourceApplyAdam(
        var=variable.handle,
        m=optimizer._momentums[at].value.handle,
        v=optimizer._velocities[at].value.handle,
        beta1_power=tf.pow(optimizer.beta_1, step),
        beta2_power=tf.pow(optimizer.beta_2, step),
        lr=tf.cast(learning_rate, variable.dtype),
        beta1=optimizer.beta_1,
        beta2=optimizer.beta_2,
        epsilon=optimizer.epsilon,
        grad=gradient,
    )

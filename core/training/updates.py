"""An optimizer's update as one operation a variable, where TensorFlow has one: less time, same arithmetic.

Keras' Adam and RMSprop are a dozen operations for each variable: a lot for a small network, which has few
numbers in many variables, and as many passes over memory for a large one.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import keras
import tensorflow as tf


def fused(optimizer: Any) -> Any:
    """Let a built optimizer update variables by TensorFlow's own operation if there is one, and return it."""
    update = _update(optimizer)
    if update:
        optimizer.update_step = update
    return optimizer


def _update(optimizer: Any) -> Callable[..., None] | None:
    kind = type(optimizer)
    if kind in (keras.optimizers.Adam, keras.optimizers.AdamW) and not optimizer.amsgrad:
        return partial(_adam, optimizer)
    if kind is keras.optimizers.RMSprop and not optimizer.centered:
        return partial(_rmsprop, optimizer, _momentums(optimizer))
    return None


def _momentums(optimizer: Any) -> list[Any]:
    """Return RMSprop's momentums; without momentum, variables that hold a step's change and nothing else."""
    if optimizer.momentum > 0:
        return [momentum.value for momentum in optimizer._momentums]
    return [tf.Variable(tf.zeros_like(mean.value), trainable=False) for mean in optimizer._velocities]


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


def _rmsprop(optimizer: Any, momentums: list[Any], gradient: Any, variable: Any, learning_rate: Any) -> None:
    at = optimizer._get_variable_index(variable)
    tf.raw_ops.ResourceApplyRMSProp(
        var=variable.handle,
        ms=optimizer._velocities[at].value.handle,
        mom=momentums[at].handle,
        lr=tf.cast(learning_rate, variable.dtype),
        rho=optimizer.rho,
        momentum=optimizer.momentum,
        epsilon=optimizer.epsilon,
        grad=gradient,
    )

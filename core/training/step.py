"""One step of training on TensorFlow, compiled: the arithmetic of Keras' own `train_step`, in less time.

The layers and their variables are the network's own. Batch normalisation of images, which Keras works out
in a dozen passes over memory, is done by TensorFlow's fused operation in three, and where `threads.py` says
so, a batch goes through the network in two halves. Results differ from Keras' by float32's rounding only.
`predict`, `evaluate` and what is saved go through the plain network.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import tensorflow as tf

from core.inference.steps import steps
from core.model.precision import Precision
from core.training.inner import Inner
from core.training.parts import cut, train, whole
from core.training.precision import computing_in
from core.training.updates import fused


class Step:
    """Forward, backward and the optimizer's update of a compiled network, for batches of any size.

    Args:
        inner: what looks at the layers in the steps that are `looked_at`; without it none can be.
        precision: of the numbers that the layers compute with.
        parts: in how many a batch goes through the network at once; one of fewer images goes in one.
    """

    def __init__(
        self, model: Any, inner: Inner | None = None, precision: Precision = "float32", parts: int = 1
    ) -> None:
        self._model, self._inner, self._precision, self._parts = model, inner, precision, parts
        model.optimizer.build(model.trainable_variables)
        fused(model.optimizer)
        self._compiled = {parts: self._compile(parts)}
        self._pass_by, self._look = tf.constant(False), tf.constant(True)

    def __call__(self, x: Any, y: Any, rate: float) -> tuple[float, float]:
        """Train on images (n, 28, 28, 1) and labels (n, 10), float32; return their mean loss and accuracy.

        Args:
            rate: the learning rate, which the optimizer keeps.
        """
        loss, accuracy, *_ = self._done(x, y, rate, self._pass_by).tolist()
        return loss, accuracy

    def ready(self, x: Any, y: Any) -> tuple[Any, Any]:
        """Return a batch as tensors; a thread that makes the next one does it beside a step."""
        return tf.constant(x), tf.constant(y)

    def looked_at(self, x: Any, y: Any, rate: float) -> tuple[float, float, Any, Any]:
        """Do the same and return also what `Inner` tells, float32 (layers,): gradients, flat units."""
        loss, accuracy, *told = self._done(x, y, rate, self._look)
        gradients, flat = np.split(np.array(told, np.float32), 2)
        return float(loss), float(accuracy), gradients, flat

    def _done(self, x: Any, y: Any, rate: float, look: Any) -> Any:
        parts = self._parts if len(x) >= self._parts else 1
        if parts not in self._compiled:
            self._compiled[parts] = self._compile(parts)
        return self._compiled[parts]([*self.ready(x, y), tf.constant(rate, tf.float32), look]).numpy()

    def _compile(self, parts: int) -> Any:
        shapes = self._model.input_shape, self._model.output_shape
        given = [tf.TensorSpec(shape, tf.float32) for shape in (*shapes, ())] + [tf.TensorSpec((), tf.bool)]
        step = tf.function(partial(self._step, parts), autograph=False)  # no Python in it hangs on a tensor
        with computing_in(self._model, self._precision):
            made = step.get_concrete_function(*given)
        # Called publicly it looks through all arguments anew: a twentieth of a small network's step.
        return partial(made._call_flat, captured_inputs=made.captured_inputs)

    def _step(self, parts: int, x: Any, y: Any, rate: Any, look: Any) -> Any:
        weights = self._model.trainable_variables
        self._model.optimizer.learning_rate = rate
        with tf.GradientTape() as tape:
            outputs = {layer.name: made for layer, _, made in _through(self._model, x, parts)}
            probabilities = whole(outputs[self._model.layers[-1].name])
            loss = self._model.compute_loss(x=x, y=y, y_pred=probabilities, training=True)
        gradients = tape.gradient(loss, [weight.value for weight in weights])
        if parts > 1:
            put_in_order(x.graph.get_operations())
        self._model.optimizer.apply(gradients, weights)
        right = tf.equal(tf.argmax(probabilities, axis=-1), tf.argmax(y, axis=-1))
        told = tf.stack([loss, tf.reduce_mean(tf.cast(right, tf.float32))])
        return tf.concat([told, self._told(look, gradients, outputs)], axis=0) if self._inner else told

    def _told(self, look: Any, gradients: Any, outputs: Any) -> Any:
        inner = self._inner
        assert inner is not None
        return tf.cond(look, lambda: inner.measured(gradients, outputs), lambda: tf.zeros((inner.size,)))


def forward(model: Any, x: Any, parts: int = 1) -> Any:
    """Return what a network makes of images while it trains, as `model(x, training=True)` does."""
    *_, (_, _, probabilities) = _through(model, x, parts)
    return whole(probabilities)


def _through(model: Any, x: Any, parts: int) -> Iterator[tuple[Any, Any, Any]]:
    """Yield each layer with what it was given and what it made, in parts of the batch."""
    return steps(model, cut(x, parts), partial(train, count=tf.shape(x)[0]))


def put_in_order(operations: Sequence[Any]) -> None:
    """Let each convolution's gradient by its filters wait for that by its input, where there is one.

    All layers below wait for the latter, the optimizer alone for the former, which so fill the gaps. Taken as
    they come, none are left for one of two threads while the other is at the last input.
    """
    inputs = (one for one in operations if one.type == "Conv2DBackpropInput")
    by_input = {one.inputs[2].ref(): one for one in inputs if one.outputs[0].consumers()}
    for one in operations:
        if one.type == "Conv2DBackpropFilter" and one.inputs[2].ref() in by_input:
            one._add_control_input(by_input[one.inputs[2].ref()])

"""A batch in parts, each of which goes through the network on a core of its own: where cores do not wait.

An operation that two threads share ends with the slower of them, and a step has hundreds of operations. Two
halves of a batch meet only where they must: in batch normalisation, in random numbers, in the loss. What comes
out is that of the whole batch but for float32's rounding.
"""

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

Parts = list[Any]
"""Tensors of one layer, each for some images of the batch, in the batch's order."""
_NOTHING = (0,)


def cut(values: Any, count: int) -> Parts:
    """Return a batch (n, …) in so many parts of n // count images, the last with what is left."""
    if count == 1:
        return [values]
    size = tf.shape(values)[0] // count
    rest = tf.shape(values)[0] - (count - 1) * size
    parts: Parts = tf.split(values, [size] * (count - 1) + [rest], num=count)
    for part in parts:
        part.set_shape((None, *values.shape[1:]))
    return parts


def whole(parts: Parts) -> Any:
    """Return the batch (n, …) of its parts."""
    return parts[0] if len(parts) == 1 else tf.concat(parts, axis=0)


def train(layer: Any, parts: Any) -> Parts:
    """Return what a layer makes of the parts of a batch while it trains.

    Args:
        parts: of its input; of each of them in turn, where it has several.
    """
    if isinstance(layer.input, list | tuple):
        return [layer(list(values), training=True) for values in zip(*parts, strict=True)]
    if isinstance(layer, keras.layers.BatchNormalization) and len(layer.input.shape) == 4:
        return normalised(layer, parts)
    if isinstance(layer, keras.layers.BatchNormalization | keras.layers.Dropout):
        return cut(layer(whole(parts), training=True), len(parts))
    return [layer(values, training=True) for values in parts]


def normalised(layer: Any, parts: Parts) -> Parts:
    """Return images (n, height, width, channels) normalised over the batch, and let the moving means move."""
    norm = _together if len(parts) > 1 else _alone
    out, mean, variance = norm(layer, parts)
    for moving, found in ((layer.moving_mean, mean), (layer.moving_variance, variance)):
        moving.assign(moving * layer.momentum + found * (1 - layer.momentum))
    return out


def _alone(layer: Any, parts: Parts) -> tuple[Parts, Any, Any]:
    """Return what is made of a batch in one part, its means and variances (channels,)."""
    out, *found = _measured(parts[0], layer.gamma.value, layer.beta.value, layer.epsilon)
    return [out], *found


def _together(layer: Any, parts: Parts) -> tuple[Parts, Any, Any]:
    """Do the same with the means and variances of all parts together.

    Each part is measured by itself; of the squares' sum a part lacks n · (its mean − the common mean)². Its
    gradient by a part is that at fixed means and variances, less the share that goes through these.
    """
    counts = [_count(part) for part in parts]
    shares = [count / tf.add_n(counts) for count in counts]

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def norm(gamma: Any, beta: Any, *parts: Any) -> Any:
        found = [_measured(part, gamma, beta, layer.epsilon)[1:] for part in parts]
        mean = _mean([one for one, _ in found], shares)
        variance = _mean([of + tf.square(one - mean) for one, of in found], shares)
        at = {"mean": mean, "variance": variance, "epsilon": layer.epsilon, "is_training": False}

        def fixed(part: Any, scale: Any, offset: Any) -> Any:
            return tf.raw_ops.FusedBatchNormV3(x=part, scale=scale, offset=offset, **at).y

        def gradient(*given: Any) -> tuple[Any, ...]:
            backs = [_back(part, by, gamma, mean, variance, layer.epsilon) for part, by in zip(parts, given)]
            by_gamma, by_beta = (tf.add_n(list(each)) for each in list(zip(*backs))[1:])
            through = -gamma * tf.math.rsqrt(variance + layer.epsilon) / tf.add_n(counts)
            by_part = [
                back[0] + fixed(part, through * by_gamma, through * by_beta)
                for part, back in zip(parts, backs)
            ]
            return by_gamma, by_beta, *by_part

        return (*(fixed(part, gamma, beta) for part in parts), mean, variance), gradient

    *out, mean, variance = norm(layer.gamma.value, layer.beta.value, *parts)
    return out, mean, variance


def _measured(values: Any, gamma: Any, beta: Any, epsilon: float) -> tuple[Any, Any, Any]:
    """Return images normalised by themselves, their means and variances (channels,).

    The fused operation gives the variance by n − 1 (Bessel's correction); Keras' moving variance is by n.
    """
    nothing = tf.zeros(_NOTHING)
    out, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
        x=values, scale=gamma, offset=beta, mean=nothing, variance=nothing, epsilon=epsilon, is_training=True
    )
    count = _count(values)
    return out, mean, variance * ((count - 1) / count)


def _back(values: Any, given: Any, gamma: Any, mean: Any, variance: Any, epsilon: float) -> Sequence[Any]:
    """Return the gradients by images, gamma and beta, were mean and variance constants."""
    back: Sequence[Any] = tf.raw_ops.FusedBatchNormGradV3(
        y_backprop=given,
        x=values,
        scale=gamma,
        reserve_space_1=mean,
        reserve_space_2=variance,
        reserve_space_3=tf.zeros(_NOTHING),
        epsilon=epsilon,
        is_training=False,
    )[:3]
    return back


def _count(values: Any) -> Any:
    """Return how many values each channel of images has, float32."""
    return tf.cast(tf.size(values) // values.shape[-1], tf.float32)


def _mean(values: Sequence[Any], shares: Sequence[Any]) -> Any:
    return tf.add_n([value * share for value, share in zip(values, shares, strict=True)])

"""A batch in parts, each of which goes through the network on a core of its own.

An operation that two threads share ends with the slower of them, and a step has hundreds of operations. Two
halves of a batch wait for each other only where they must: in batch normalisation, in random numbers, in the
loss. What comes out is that of the whole batch but for float32's rounding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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


def train(layer: Any, parts: Any, count: Any) -> Parts:
    """Return what a layer makes of the parts of a batch while it trains.

    Args:
        parts: of its input; of each of them in turn, where it has several.
        count: of the images in the batch.
    """
    if isinstance(layer.input, list | tuple):
        return [layer(list(values), training=True) for values in zip(*parts, strict=True)]
    if isinstance(layer, keras.layers.BatchNormalization) and len(layer.input.shape) == 4:
        return normalised(layer, parts)
    if isinstance(layer, keras.layers.BatchNormalization):
        return cut(layer(whole(parts), training=True), len(parts))
    if isinstance(layer, keras.layers.Dropout):
        return _dropped(layer, parts, count)
    return [layer(values, training=True) for values in parts]


def _dropped(layer: Any, parts: Parts, count: Any) -> Parts:
    """Return parts less what dropout leaves out of them, by the mask that it has for the whole batch.

    The mask hangs on no image: it is drawn while the layers before compute, and no part waits for another.
    """
    kept = layer(tf.ones((count, *layer.input.shape[1:])), training=True)
    return [part * mask for part, mask in zip(parts, cut(kept, len(parts)), strict=True)]


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
    """Do the same by the means and variances of all parts together."""
    counts = [_count(part) for part in parts]

    def norm(gamma: Any, beta: Any, *parts: Any) -> Any:
        found = [_measured(part, gamma, beta, layer.epsilon)[1:] for part in parts]
        at = _At(*_common(found, counts), layer.epsilon)

        def gradient(*given: Any) -> tuple[Any, ...]:
            return _gradient(parts, given[: len(parts)], gamma, at, tf.add_n(counts))

        return (*(at.normalised(part, gamma, beta) for part in parts), at.mean, at.variance), gradient

    *out, mean, variance = tf.custom_gradient(norm)(layer.gamma.value, layer.beta.value, *parts)
    return out, mean, variance


def _common(found: Sequence[tuple[Any, Any]], counts: Sequence[Any]) -> tuple[Any, Any]:
    """Return mean and variance of all values, of the parts' own: each lies off by what its mean does."""
    shares = [count / tf.add_n(counts) for count in counts]
    mean = tf.add_n([share * one for share, (one, _) in zip(shares, found, strict=True)])
    squares = [variance + tf.square(one - mean) for one, variance in found]
    return mean, tf.add_n([share * square for share, square in zip(shares, squares, strict=True)])


def _gradient(parts: Any, given: Any, gamma: Any, at: "_At", count: Any) -> tuple[Any, ...]:
    """Return the gradients by gamma, beta and each part: at a fixed mean and variance, and through these.

    The latter is −γ/(n·σ) · (Σ given + x̂ · Σ given·x̂). Source: Ioffe and Szegedy 2015, section 3.
    """
    backs = [at.back(part, by, gamma) for part, by in zip(parts, given, strict=True)]
    by_gamma, by_beta = (tf.add_n([back[which] for back in backs]) for which in (1, 2))
    through = -gamma * tf.math.rsqrt(at.variance + at.epsilon) / count
    ends = [at.normalised(part, through * by_gamma, through * by_beta) for part in parts]
    return by_gamma, by_beta, *(back[0] + end for back, end in zip(backs, ends, strict=True))


@dataclass(frozen=True)
class _At:
    """Means and variances (channels,) that images are normalised by."""

    mean: Any
    variance: Any
    epsilon: float

    def normalised(self, values: Any, gamma: Any, beta: Any) -> Any:
        fixed = {"mean": self.mean, "variance": self.variance, "epsilon": self.epsilon, "is_training": False}
        return tf.raw_ops.FusedBatchNormV3(x=values, scale=gamma, offset=beta, **fixed).y

    def back(self, values: Any, given: Any, gamma: Any) -> Any:
        """Return the gradients by images, gamma and beta, as if mean and variance were constants."""
        return tf.raw_ops.FusedBatchNormGradV3(
            y_backprop=given,
            x=values,
            scale=gamma,
            reserve_space_1=self.mean,
            reserve_space_2=self.variance,
            reserve_space_3=tf.zeros(_NOTHING),
            epsilon=self.epsilon,
            is_training=False,
        )[:3]


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


def _count(values: Any) -> Any:
    """Return how many values each channel of images has, float32."""
    return tf.cast(tf.size(values) // values.shape[-1], tf.float32)

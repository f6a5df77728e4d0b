"""Which pixels a network's answer rests on: gradient, occlusion, Grad-CAM."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import zoom

from core.errors import DataError
from core.inference.networks import network, predict

Floats = NDArray[np.float32]
Method = Literal["gradient", "occlusion", "grad-cam"]
PATCH, STRIDE = 6, 2
"""Rows and columns of the square that is blackened, and of its steps."""


def saliency(url: str, run_id: str, ended_at: float, image: Floats, digit: int, method: Method) -> Floats:
    """Return what each pixel of an image (28, 28), 0…1, means to a run's answer `digit`, float32 (28, 28).

    Positive pixels speak for the digit. "gradient" is the slope of the digit's logit (Simonyan et al. 2014,
    section 3) and "occlusion" what its probability loses where a square is blackened (Zeiler & Fergus 2014,
    section 4.2); both may be negative. "grad-cam" (Selvaraju et al. 2017, equations 1 and 2) weighs the last
    feature maps that still have a place, never negative.

    Raises:
        DataError: the run has no readable model, or for Grad-CAM no layer with a place.
        StoreError: the store cannot be read.
    """
    return METHODS[method](network(url, run_id, ended_at), image, digit)


def gradient(model: Any, image: Floats, digit: int) -> Floats:
    """Return the derivative of a digit's logit with respect to each pixel."""
    import tensorflow as tf

    given = tf.Variable(image[None, ..., None])
    with tf.GradientTape() as tape:
        logit = _logits(model, _through(given, model.layers[:-1]))[0, digit]
    slope: Floats = tape.gradient(logit, given).numpy()[0, ..., 0]
    return slope


def occlusion(model: Any, image: Floats, digit: int) -> Floats:
    """Return by how much a digit's probability falls, as a mean over all squares that hide a pixel."""
    masks = _masks(*image.shape)
    answers = predict(model, np.concatenate([image[None], image * ~masks]).astype(np.float32))[:, digit]
    loss = answers[0] - answers[1:]
    falls: Floats = (np.tensordot(loss, masks, 1) / masks.sum(axis=0)).astype(np.float32)
    return falls


def grad_cam(model: Any, image: Floats, digit: int) -> Floats:
    """Return the last maps with a place, weighed by their mean slope, at the size of the image.

    Raises:
        DataError: the network has no such layer.
    """
    import tensorflow as tf

    last = _last_spatial(model)
    maps = tf.Variable(_through(tf.constant(image[None, ..., None]), model.layers[: last + 1]))
    with tf.GradientTape() as tape:
        logit = _logits(model, _through(maps, model.layers[last + 1 : -1]))[0, digit]
    weights = tape.gradient(logit, maps).numpy()[0].mean(axis=(0, 1))
    heat = np.maximum(maps.numpy()[0] @ weights, 0)
    return _enlarged(heat, image.shape)


def _through(values: Any, layers: list[Any]) -> Any:
    for layer in layers:
        values = layer(values, training=False)
    return values


def _logits(model: Any, hidden: Any) -> Any:
    """Return the last layer's sums before softmax, whose slope does not vanish where the network is sure."""
    import keras

    last = model.layers[-1]
    return keras.ops.matmul(hidden, last.kernel) + last.bias


def _last_spatial(model: Any) -> int:
    """Return the place of the last layer that convolves, or of what follows it before a pooling."""
    import keras

    convolves = (keras.layers.Conv2D, keras.layers.SeparableConv2D, keras.Model)  # a block is a model
    places = [n for n, layer in enumerate(model.layers) if isinstance(layer, convolves)]
    if not places:
        raise DataError(
            "Grad-CAM needs a convolution, whose maps have a place; this network has none: try another way."
        )
    place = places[-1]
    after = model.layers[place + 1 :]
    kinds = (keras.layers.Activation, keras.layers.LeakyReLU, keras.layers.BatchNormalization)
    return place + next((n for n, layer in enumerate(after) if not isinstance(layer, kinds)), 0)


def _masks(height: int, width: int) -> NDArray[np.bool_]:
    """Return all places of the square, bool (places, height, width); those at the edge are cut off."""
    starts = np.arange(-PATCH + STRIDE, max(height, width), STRIDE)
    rows = (np.arange(height) >= starts[:, None]) & (np.arange(height) < starts[:, None] + PATCH)
    columns = (np.arange(width) >= starts[:, None]) & (np.arange(width) < starts[:, None] + PATCH)
    return (rows[:, None, :, None] & columns[None, :, None, :]).reshape(-1, height, width)


def _enlarged(heat: NDArray[np.floating], shape: tuple[int, ...]) -> Floats:
    factors = [size / old for size, old in zip(shape, heat.shape, strict=True)]
    large: Floats = zoom(heat, factors, order=1, mode="nearest", grid_mode=True).astype(np.float32)
    return np.maximum(large, 0)


METHODS: dict[Method, Callable[[Any, Floats, int], Floats]] = {
    "gradient": gradient,
    "occlusion": occlusion,
    "grad-cam": grad_cam,
}

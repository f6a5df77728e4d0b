"""From a spec to a Keras model: the only place that does it. Keras 3's own API, so any backend serves."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import keras

from core.model import layers as L
from core.model.shapes import CLASSES, INPUT_SHAPE
from core.model.specs import RunSpec


def build_model(layers: Sequence[L.Layer]) -> Any:
    """Return an uncompiled `keras.Sequential` from images (n, 28, 28, 1) to probabilities (n, 10).

    Layers are named after their place in `layers`, counted from 1: "conv2d_1", then "conv2d_1_batch_norm"
    and "conv2d_1_activation" in the order the spec asks for; the last is "softmax".
    """
    model = keras.Sequential([keras.Input(INPUT_SHAPE)])
    for place, layer in enumerate(layers, start=1):
        for part in _parts(layer, f"{layer.kind}_{place}"):
            model.add(part)
    model.add(keras.layers.Dense(CLASSES, activation="softmax", name="softmax"))
    return model


def compile_model(spec: RunSpec) -> Any:
    """Return the model of `spec`, compiled with its optimizer, categorical cross-entropy and accuracy."""
    model = build_model(spec.layers)
    optimizer = build_optimizer(spec)
    if spec.weight_averaging:
        optimizer.use_ema, optimizer.ema_momentum = True, spec.weight_averaging.momentum
    model.compile(optimizer=optimizer, loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def model_bytes(model: Any) -> bytes:
    """Return the network as it is now as the bytes of a `.keras` file; `core.inference.weights` reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def build_optimizer(spec: RunSpec) -> Any:
    """Return the Keras optimizer with all its hyper-parameters; schedules act from outside."""
    values = spec.optimizer.model_dump(exclude={"kind"})
    return _OPTIMIZERS[spec.optimizer.kind](**values)


def _parts(layer: L.Layer, name: str) -> Iterator[Any]:
    match layer:
        case L.Conv2D():
            yield keras.layers.Conv2D(layer.filters, layer.kernel_size, padding=layer.padding, name=name)
            yield from _activated(layer, name)
        case L.Dense():
            yield keras.layers.Dense(layer.units, name=name)
            yield from _activated(layer, name)
        case L.MaxPooling2D():
            yield keras.layers.MaxPooling2D(layer.pool_size, name=name)
        case L.Dropout():
            yield keras.layers.Dropout(layer.rate, name=name)
        case L.Flatten():
            yield keras.layers.Flatten(name=name)
        case L.GlobalPooling2D():
            yield _GLOBAL[layer.mode](name=name)


def _activated(layer: L.Activated, name: str) -> Iterator[Any]:
    if layer.batch_norm == "before":
        yield keras.layers.BatchNormalization(name=f"{name}_batch_norm")
    yield _activation(layer, f"{name}_activation")
    if layer.batch_norm == "after":
        yield keras.layers.BatchNormalization(name=f"{name}_batch_norm")


def _activation(layer: L.Activated, name: str) -> Any:
    if layer.activation == "leaky_relu":
        return keras.layers.LeakyReLU(negative_slope=layer.negative_slope, name=name)
    return keras.layers.Activation(layer.activation, name=name)


def _nesterov(**values: Any) -> Any:
    return keras.optimizers.SGD(**values, nesterov=True)


_GLOBAL: dict[str, Callable[..., Any]] = {
    "average": keras.layers.GlobalAveragePooling2D,
    "max": keras.layers.GlobalMaxPooling2D,
}
_OPTIMIZERS: dict[str, Callable[..., Any]] = {
    "sgd": keras.optimizers.SGD,
    "momentum": keras.optimizers.SGD,
    "nesterov": _nesterov,
    "adagrad": keras.optimizers.Adagrad,
    "rmsprop": keras.optimizers.RMSprop,
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
}

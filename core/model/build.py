"""From a spec to a Keras model: the only place that does it. Keras 3's own API, so any backend serves."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from core.model import layers as L
from core.model.kind import KerasBlock, KerasObject, KerasPart
from core.model.shapes import CLASSES, INPUT_SHAPE, layer_costs
from core.model.specs import RunSpec

if keras.backend.backend() == "tensorflow":
    import tensorflow as tf

    # Of a convolution, a sum and a leaky ReLU TensorFlow makes one operation where a network only answers;
    # oneDNN takes 0.2 for its slope, whatever the layer's is (2.21). So nothing is fused, at a few percent of
    # the time that answers take.
    tf.config.optimizer.set_experimental_options({"remapping": False})


def build_model(layers: Sequence[L.Layer]) -> Any:
    """Return an uncompiled `keras.Sequential` from images (n, 28, 28, 1) to probabilities (n, 10).

    Layers are named after their place in `layers`, counted from 1: "conv2d_1", then "conv2d_1_batch_norm"
    and "conv2d_1_activation" in the order the spec asks for; the last is "softmax".
    """
    parts = [keras.Input(INPUT_SHAPE)]
    shape: L.Shape = INPUT_SHAPE
    for place, (layer, row) in enumerate(zip(layers, layer_costs(layers), strict=True), start=1):
        parts += [made(part, f"{layer.kind}_{place}") for part in layer.keras(shape)]
        shape = row.output_shape
    parts.append(keras.layers.Dense(CLASSES, activation="softmax", name="softmax"))
    return keras.Sequential(parts)  # at once: Keras goes through all layers again for each that is added


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
    return made(spec.optimizer.keras())


def made(part: KerasPart, name: str = "") -> Any:
    """Return the object of Keras that plain data describe; `name` is that of the layer it belongs to."""
    if isinstance(part, KerasBlock):
        return _block(part, name)
    config = {key: made(v) if isinstance(v, KerasObject) else v for key, v in part.config.items()}
    named = {"name": name + part.suffix} if name else {}
    return getattr(getattr(keras, part.module), part.class_name)(**config, **named)


def _block(block: KerasBlock, name: str) -> Any:
    """Return a functional model within the sequential one: Keras' own classes, so that any Keras loads it."""
    given = keras.Input(block.shape, name=f"{name}_input")
    both = [_through(given, way, name) for way in (block.path, block.shortcut)]
    added = keras.layers.Add(name=f"{name}_add")(both)
    return keras.Model(given, _through(added, block.after, name), name=name)


def _through(values: Any, parts: Sequence[KerasObject], name: str) -> Any:
    for part in parts:
        values = made(part, name)(values)
    return values

"""From a spec to a Keras model: the only place that does it. Keras 3's own API, so any backend serves."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from core.model import layers as L
from core.model.kind import KerasObject
from core.model.shapes import CLASSES, INPUT_SHAPE
from core.model.specs import RunSpec


def build_model(layers: Sequence[L.Layer]) -> Any:
    """Return an uncompiled `keras.Sequential` from images (n, 28, 28, 1) to probabilities (n, 10).

    Layers are named after their place in `layers`, counted from 1: "conv2d_1", then "conv2d_1_batch_norm"
    and "conv2d_1_activation" in the order the spec asks for; the last is "softmax".
    """
    model = keras.Sequential([keras.Input(INPUT_SHAPE)])
    for place, layer in enumerate(layers, start=1):
        for part in layer.keras():
            model.add(made(part, f"{layer.kind}_{place}"))
    model.add(keras.layers.Dense(CLASSES, activation="softmax", name="softmax"))
    return model


def compile_model(spec: RunSpec) -> Any:
    """Return the model of `spec`, compiled with its optimizer, categorical cross-entropy and accuracy."""
    model = build_model(spec.layers)
    model.compile(optimizer=build_optimizer(spec), loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def model_bytes(model: Any) -> bytes:
    """Return the network as it is now as the bytes of a `.keras` file; `core.inference.weights` reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def build_optimizer(spec: RunSpec) -> Any:
    """Return the Keras optimizer with all its hyper-parameters; schedules act from outside."""
    return made(spec.optimizer.keras_object())


def made(part: KerasObject, name: str = "") -> Any:
    """Return the object of Keras that plain data describe; `name` is that of the layer it belongs to."""
    named = {"name": name + part.suffix} if name else {}
    return getattr(getattr(keras, part.module), part.class_name)(**part.config, **named)

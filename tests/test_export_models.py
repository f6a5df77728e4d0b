"""Exported models: loaded back, each answers as the run's network does, and says how to prepare an image."""

import zipfile
from io import BytesIO
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow.lite.tools import flatbuffer_utils

from core.data import mnist
from core.errors import DataError
from core.export.files import FILES
from core.inference.convert import tflite
from core.model import layers as L
from core.model.build import build_model, model_bytes
from core.runs.artifacts import MODEL
from core.runs.records import Run
from core.runs.store import RunStore
from tests.stacks import BLOCKS

IMAGES = mnist.test().images[:100, ..., None] / np.float32(255)
LAYERS = (
    L.Conv2D(filters=4, batch_norm="before", activation="leaky_relu"),
    L.MaxPooling2D(),
    L.Conv2D(filters=4, kernel_size=5, activation="gelu", batch_norm="after"),
    L.Dropout(),
    L.GlobalPooling2D(),
    L.Dense(units=12, activation="silu"),
)


@pytest.fixture(params=[LAYERS, BLOCKS], ids=["layers", "blocks"])
def saved(store: RunStore, small_spec, request) -> tuple[Run, np.ndarray]:  # type: ignore[no-untyped-def]
    """A run with an untrained network of all kinds of layers, and its probabilities for `IMAGES`."""
    keras.utils.set_random_seed(1)
    model = build_model(request.param)
    run = store.create(small_spec.model_copy(update={"layers": request.param}), "x")
    store.put_artifact(run.id, MODEL, model_bytes(model))
    return run, model.predict(IMAGES, verbose=0)


def test_the_keras_file_loads_answers_alike_and_tells_what_it_expects(
    store: RunStore, saved: tuple[Run, np.ndarray], tmp_path: Path
) -> None:
    run, wanted = saved
    content = FILES["model"].make(store, run)
    (tmp_path / "m.keras").write_bytes(content)
    model = keras.saving.load_model(tmp_path / "m.keras")
    np.testing.assert_allclose(model.predict(IMAGES, verbose=0), wanted, atol=1e-6)
    note = zipfile.ZipFile(BytesIO(content)).read("README.txt").decode()
    assert "float32 (n, 28, 28, 1), grey values divided by 255" in note


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_tflite_file_loads_answers_alike_and_tells_what_it_expects(
    store: RunStore, saved: tuple[Run, np.ndarray]
) -> None:
    run, wanted = saved
    content = FILES["tflite"].make(store, run)
    interpreter = tf.lite.Interpreter(model_content=content)
    place = interpreter.get_input_details()[0]["index"]
    interpreter.resize_tensor_input(place, IMAGES.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(place, IMAGES)
    interpreter.invoke()
    answers = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(answers, wanted, atol=1e-5)
    described = flatbuffer_utils.read_model_from_bytearray(bytearray(content)).description.decode()
    assert "float32 (n, 28, 28, 1), grey values divided by 255" in described


def test_a_model_that_is_gone_or_damaged_is_one_sentence(store: RunStore, small_spec) -> None:  # type: ignore[no-untyped-def]
    run = store.create(small_spec, "x")
    with pytest.raises(DataError, match="is not there"):
        FILES["model"].make(store, run)
    with pytest.raises(DataError, match="is not there"):
        tflite(store.url, run.id, 0.0)
    store.put_artifact(run.id, MODEL, b"no network")
    with pytest.raises(DataError, match="damaged"):
        FILES["model"].make(store, run)
    with pytest.raises(DataError, match="damaged"):
        tflite(store.url, run.id, 1.0)

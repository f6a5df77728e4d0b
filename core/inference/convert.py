"""A saved network for other programs: TensorFlow Lite, converted where TensorFlow is."""

import contextlib
import io
import warnings

from core.errors import DataError
from core.inference.networks import network

PREPARED = (
    "Input: float32 (n, 28, 28, 1), grey values divided by 255, so 0 is the background and 1 full ink; "
    "the digit is bright on dark, fits into 20x20 pixels and has its centre of mass in the middle, as in "
    "MNIST. Output: float32 (n, 10), the probability of each digit 0 to 9."
)
"""What a network expects and gives; stands in every exported model."""


def tflite(url: str, run_id: str, ended_at: float) -> bytes:
    """Return a run's network as a `.tflite` file, float32, whose description says how to prepare images.

    Raises:
        DataError: the run has no model, or one that cannot be converted.
        StoreError: the store cannot be read.
    """
    model = network(url, run_id, ended_at)
    import tensorflow as tf

    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():  # Keras prints a summary
        warnings.simplefilter("ignore")
        try:
            content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
        except (ValueError, RuntimeError, tf.errors.OpError) as error:
            raise DataError(f"The model of run {run_id} cannot be converted to TensorFlow Lite.") from error
    return described(bytes(content))


def described(content: bytes) -> bytes:
    """Return a `.tflite` file with `PREPARED` as its description."""
    from tensorflow.lite.tools import flatbuffer_utils

    model = flatbuffer_utils.read_model_from_bytearray(bytearray(content))
    model.description = PREPARED
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))

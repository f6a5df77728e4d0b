"""A run's network as files that say what they expect: `.keras` with a note inside, `.tflite` described."""

import io
import zipfile

from core.errors import DataError, NoNetworkError
from core.inference.convert import PREPARED
from core.runs.artifacts import MODEL
from core.runs.records import Run
from core.runs.store import RunStore

NOTE = "README.txt"
_USE = """
import keras, numpy as np
model = keras.saving.load_model("model.keras")
probabilities = model.predict(images.reshape(-1, 28, 28, 1).astype("float32") / 255)  # images: uint8
"""


def keras_file(store: RunStore, run: Run) -> bytes:
    """Return the `.keras` file of a run, a zip, with a note on how images must be prepared.

    Raises:
        DataError: there is none, or it is damaged.
        StoreError: the store cannot be read.
    """
    content = store.artifact(run.id, MODEL)
    if content is None:
        raise NoNetworkError(run.id)
    buffer = io.BytesIO(content)
    try:
        with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
            if not archive.namelist():  # a new zip was begun behind what is none
                raise zipfile.BadZipFile
            archive.writestr(NOTE, f"Run {run.id}\n\n{PREPARED}\n{_USE}")
    except zipfile.BadZipFile:
        raise DataError(f"The model of run {run.id} is damaged: train the run again.") from None
    return buffer.getvalue()

"""A run as one zip that another dashboard imports, with nothing of it lost.

`run.json` says what it is, `history.csv` and `steps.npz` hold the curves (all steps), `artifacts/` what the
run left behind, `dataset.npz` the uploaded images it was trained on, if any. What a stranger's archive
holds is checked before any of it is kept: a wrong one costs one sentence. An archive imported twice makes
two runs, so that one of them may be deleted.
"""

import csv
import io
import math
import time
import zipfile

import numpy as np
from numpy.typing import NDArray

from core.analysis.frames import MOST
from core.analysis.predictions import Predictions
from core.analysis.units import Units
from core.data import mnist
from core.data.dataset import Dataset
from core.errors import DataError, SpecError
from core.export.manifest import Manifest, manifest_of, read_manifest
from core.export.members import read_arrays, read_members
from core.export.tables import EPOCH_COLUMNS, history_csv
from core.model.shapes import first_filters, network_cost
from core.model.specs import RunSpec, parse
from core.runs.artifacts import FRAMES, MODEL, TEST, TRACEBACK, UNITS, VALIDATION
from core.runs.pools import MNIST
from core.runs.records import DatasetRecord, EpochPoint, Run, Steps
from core.runs.rows import new_id
from core.runs.store import RunStore

Floats = NDArray[np.float64]
RUN, HISTORY, STEPS, DATASET = "run.json", "history.csv", "steps.npz", "dataset.npz"
MAX_STEPS, MAX_EPOCHS, MAX_IMAGES = 1_000_000, 500, 250_000
MB = 1_000_000
_LIMITS = {
    RUN: MB,
    HISTORY: MB,
    STEPS: 40 * MB,
    DATASET: 200 * MB,
    f"artifacts/{MODEL}": 300 * MB,
    f"artifacts/{VALIDATION}": 20 * MB,
    f"artifacts/{TEST}": MB,
    f"artifacts/{UNITS}": MB,
    f"artifacts/{FRAMES}": 60 * MB,
    f"artifacts/{TRACEBACK}": MB,
}
"""Every member an archive may have, and the most bytes of it; a network has at most 20 million weights."""
_MODEL_LIMITS = {"metadata.json": MB, "config.json": MB, "model.weights.h5": 300 * MB}
_STEP_KINDS = {"step": ("<i8", ()), "loss": ("<f8", ()), "accuracy": ("<f8", ()), "seconds": ("<f8", ())}
_PREDICTION_KINDS = {"index": ("<i8", ()), "labels": ("|u1", ()), "probabilities": ("<f4", (10,))}
_FRAME_KINDS = {"predicted": "|u1", "confidence": "<f2", "truth": "<f2"}
_DATASET_KINDS = {"images": ("|u1", (28, 28)), "labels": ("|u1", ())}


def pack(store: RunStore, run_id: str) -> bytes:
    """Return an ended run as a zip.

    Raises:
        DataError: it has not ended, or has more than a million steps.
        StoreError: it is not here or cannot be read.
    """
    return zip_of(members_of(store, run_id))


def members_of(store: RunStore, run_id: str, max_points: int = 2**31) -> dict[str, bytes]:
    """Return what an ended run's archive holds, by name.

    Args:
        max_points: a curve over more batches than this is given as means over bins.

    Raises:
        DataError, StoreError: as in `pack`.
    """
    run = store.get(run_id)
    dataset = None if run.spec.data.source == MNIST else store.dataset(run.spec.data.source)
    history = store.history(run_id, max_points)
    if len(history.steps.step) > MAX_STEPS:
        raise DataError(f"The run has {len(history.steps.step):,} steps, an archive holds {MAX_STEPS:,}.")
    members = {
        RUN: manifest_of(run, dataset[0] if dataset else None).to_json(),
        HISTORY: history_csv(history),
        STEPS: _steps_bytes(history.steps),
    }
    for name in store.artifact_names(run_id):
        members[f"artifacts/{name}"] = store.artifact(run_id, name) or b""
    if dataset:
        members[DATASET] = dataset[1]
    return members


def zip_of(members: dict[str, bytes]) -> bytes:
    """Return members, by name, as a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            packed = name.endswith((".npz", ".keras"))  # these are zips themselves
            archive.writestr(name, content, zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _steps_bytes(steps: Steps) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **vars(steps))
    return buffer.getvalue()


def unpack(store: RunStore, content: bytes, owner: str | None = None) -> Run:
    """Save the run that an archive holds under a new id and return it; everything else of it is equal.

    Raises:
        DataError: the archive is damaged or not one of ours; nothing of it is kept.
        StoreError: the store cannot be written; nothing of it is kept.
    """
    members = read_members(content, _LIMITS, "The archive")
    for name in (RUN, HISTORY, STEPS):
        if name not in members:
            raise DataError(f"The archive lacks {name}: expected a run that was exported as a zip here.")
    manifest = read_manifest(members[RUN])
    spec = _spec(manifest)
    steps, epochs = _read_steps(members[STEPS]), _read_epochs(members[HISTORY])
    dataset = _read_dataset(manifest, spec, members)
    artifacts = {n.removeprefix("artifacts/"): c for n, c in members.items() if n.startswith("artifacts/")}
    _check_artifacts(artifacts, manifest, dataset)
    run = manifest.run(new_id(), owner, spec, network_cost(spec.layers).parameters)
    kept = (_record(manifest, dataset), members[DATASET]) if dataset else None
    store.adopt(run, steps, epochs, artifacts, kept)
    return store.get(run.id)


def _spec(manifest: Manifest) -> RunSpec:
    try:
        return parse(manifest.spec)
    except SpecError as error:
        raise DataError(f"The archive's configuration cannot be used: {error}") from None


def _read_steps(content: bytes) -> Steps:
    what = f"The archive's {STEPS}"
    steps = Steps(**read_arrays(content, _STEP_KINDS, MAX_STEPS, what))  # type: ignore[arg-type]
    _check_order(steps.step, what)
    _check_curves(steps.loss, steps.accuracy, steps.seconds, what)
    return steps


def _read_epochs(content: bytes) -> list[EpochPoint]:
    what = f"The archive's {HISTORY}"
    try:
        header, *rows = csv.reader(io.StringIO(content.decode()), strict=True)
        points = [EpochPoint(int(r[0]), int(r[1]), *map(float, r[2:])) for r in rows]
    except (ValueError, TypeError, IndexError, csv.Error):
        raise DataError(
            f"{what} is no table of numbers with the columns {', '.join(EPOCH_COLUMNS)}."
        ) from None
    if header != EPOCH_COLUMNS or len(points) > MAX_EPOCHS:
        raise DataError(
            f"{what} must have the columns {', '.join(EPOCH_COLUMNS)} and at most {MAX_EPOCHS} rows."
        )
    _check_order(np.array([point.epoch for point in points], object), what, most=MAX_EPOCHS)
    _check_order(np.array([point.step for point in points], object), what)
    columns = np.array([[getattr(point, key) for key in EPOCH_COLUMNS[2:]] for point in points], np.float64)
    loss, accuracy, val_loss, val_accuracy, rate, seconds = columns.reshape(-1, 6).T
    _check_curves(loss, accuracy, seconds, what)
    _check_curves(val_loss, val_accuracy, rate, what)
    return points


def _check_order(numbers: NDArray[np.int64] | NDArray[np.object_], what: str, most: int = 2**31 - 1) -> None:
    """Refuse numbers of steps or epochs that do not rise from 1, or are more than a database holds."""
    rising = bool((numbers[1:] > numbers[:-1]).all())
    if len(numbers) and not (rising and numbers[0] >= 1 and numbers[-1] <= most):
        raise DataError(f"{what} has steps or epochs out of order: expected whole numbers that rise from 1.")


def _check_curves(loss: Floats, accuracy: Floats, more: Floats, what: str) -> None:
    """Refuse what no training can have measured; NaN is what was not finite."""
    fine = [np.isnan(accuracy) | ((accuracy >= 0) & (accuracy <= 1 + 1e-6))]
    fine += [~np.isinf(values) & ~(values < -1e-3) for values in (loss, more)]
    if not np.all(fine):
        raise DataError(
            f"{what} has an accuracy outside 0 to 1, or another value that is negative or infinite."
        )


def _read_dataset(manifest: Manifest, spec: RunSpec, members: dict[str, bytes]) -> Dataset | None:
    """Return the uploaded images that the run was trained on, or None where that was MNIST.

    Raises:
        DataError: they are missing, others than the configuration names, or images of the test set.
    """
    expected = spec.data.source != MNIST
    if (manifest.dataset is not None, DATASET in members) != (expected, expected):
        raise DataError(
            f"The archive's data set does not fit its configuration, which trains on {spec.data.source}."
        )
    if manifest.dataset is None:
        return None
    what = f"The archive's {DATASET}"
    arrays = read_arrays(members[DATASET], _DATASET_KINDS, MAX_IMAGES, what)
    dataset = Dataset(manifest.dataset.name, **arrays)  # type: ignore[arg-type]
    if f"csv-{dataset.fingerprint}" != spec.data.source:
        raise DataError(f"{what} holds other images than the run was trained on.")
    if dataset.without(mnist.test().images)[1]:
        raise DataError(f"{what} holds images of MNIST's test set, on which nothing may be trained.")
    return dataset


def _record(manifest: Manifest, dataset: Dataset) -> DatasetRecord:
    assert manifest.dataset is not None
    images, dropped = len(dataset.images), manifest.dataset.dropped
    return DatasetRecord(f"csv-{dataset.fingerprint}", dataset.name, images, dropped, time.time())


def _check_artifacts(artifacts: dict[str, bytes], manifest: Manifest, dataset: Dataset | None) -> None:
    """Refuse a model that is none, and predictions of other images or with other results than it says."""
    if MODEL in artifacts:
        model = read_members(artifacts[MODEL], _MODEL_LIMITS, f"The archive's {MODEL}")
        if set(model) != set(_MODEL_LIMITS):
            raise DataError(f"The archive's {MODEL} is no Keras model: expected {', '.join(_MODEL_LIMITS)}.")
    if UNITS in artifacts:
        Units.from_bytes(artifacts[UNITS])
    results, pool = manifest.results, dataset or mnist.training()
    for name, images, part in ((VALIDATION, pool, "val"), (TEST, mnist.test(), "test")):
        if name in artifacts:
            predictions = _read_predictions(artifacts[name], images, f"The archive's {name}")
            if results is not None:
                claimed = getattr(results, f"{part}_images"), getattr(results, f"{part}_accuracy")
                _check_claim(predictions, *claimed, f"The archive's {name}")
            if name == VALIDATION and FRAMES in artifacts:
                _check_frames(artifacts[FRAMES], parse(manifest.spec), len(predictions.labels))
    if FRAMES in artifacts and VALIDATION not in artifacts:
        raise DataError(f"The archive has {FRAMES} without {VALIDATION}, which says what its images are.")


def _check_frames(content: bytes, spec: RunSpec, images: int) -> None:
    """Refuse frames of other images or of another network."""
    what = f"The archive's {FRAMES}"
    kinds = {name: (dtype, (images,)) for name, dtype in _FRAME_KINDS.items()}
    filters = {"filters": ("<f2", first_filters(spec.layers)), "epoch": ("<i4", ())}
    arrays = read_arrays(content, kinds | filters, MOST + 1, what)
    if arrays["predicted"].max(initial=0) > 9:
        raise DataError(f"{what} names a digit above 9.")


def _read_predictions(content: bytes, pool: Dataset, what: str) -> Predictions:
    arrays = read_arrays(content, _PREDICTION_KINDS, MAX_IMAGES, what)
    predictions = Predictions(**arrays)  # type: ignore[arg-type]
    index, p = predictions.index, predictions.probabilities
    if not len(index) or index.min() < 0 or index.max() >= len(pool.images):
        raise DataError(f"{what} is empty or names images that its data set does not have.")
    if not np.array_equal(pool.labels[index], predictions.labels):
        raise DataError(f"{what} holds other labels than its images have.")
    if not (np.isfinite(p).all() and p.min() >= 0 and np.allclose(p.sum(axis=1), 1, atol=1e-2)):
        raise DataError(f"{what} holds numbers that are no probabilities: each row must add up to 1.")
    return predictions


def _check_claim(predictions: Predictions, images: int, accuracy: float, what: str) -> None:
    if len(predictions.labels) != images or not math.isclose(predictions.accuracy, accuracy, abs_tol=1e-6):
        raise DataError(
            f"{what} gives an accuracy of {predictions.accuracy:.4f} on {len(predictions.labels):,} images, "
            f"but run.json claims {accuracy:.4f} on {images:,}."
        )

"""A run as one zip that another dashboard imports, with nothing of it lost.

`run.json` says what it is, `history.csv` and `steps.npz` hold the curves (all steps), `artifacts/` what the
run left behind, `dataset.npz` the uploaded images it was trained on, if any. What a stranger's archive
holds is checked before any of it is kept: a wrong one costs one sentence. An archive imported twice makes
two runs, so that one of them may be deleted.
"""

import csv
import io
import time
import zipfile
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.data import mnist
from core.data.dataset import Dataset
from core.data.members import read_arrays, read_members
from core.errors import DataError, SpecError
from core.export.artifacts import MAX_IMAGES, check_artifacts
from core.export.manifest import MOST_LOSS, MOST_SECONDS, Manifest, manifest_of, read_manifest
from core.export.rezipped import read_rezipped
from core.export.tables import EPOCH_COLUMNS, history_csv
from core.inference.arrivals import Arrival, Claim, checked
from core.model.shapes import network_cost
from core.model.specs import MOST_EPOCHS, RunSpec, parse
from core.names import UNTITLED, kept
from core.runs.artifacts import CHECKPOINT, FILM, FRAMES, MODEL, TEST, TRACEBACK, UNITS, VALIDATION, VITALS
from core.runs.pools import MNIST
from core.runs.records import DatasetRecord, EpochPoint, Run, Steps
from core.runs.rows import new_id
from core.runs.store import RunStore

Floats = NDArray[np.float64]
RUN, HISTORY, STEPS, DATASET = "run.json", "history.csv", "steps.npz", "dataset.npz"
MAX_STEPS = 1_000_000
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
STAYS = (CHECKPOINT, FILM, VITALS)
"""What stays in the store that it was made in."""
_STEP_KINDS = {"step": ("<i8", ()), "loss": ("<f8", ()), "accuracy": ("<f8", ()), "seconds": ("<f8", ())}
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
    for name in (name for name in store.artifact_names(run_id) if name not in STAYS):
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


Check = Callable[[str, bytes, Sequence[Claim]], Arrival]


def unpack(
    store: RunStore,
    content: bytes,
    owner: str | None = None,
    check: Check = checked,
    run_id: str | None = None,
) -> Run:
    """Save the run that an archive holds under a new id and return it.

    Everything else of it is as it was, but for times in the future, and for the file of its network: what is
    kept is made here, with the archive's weights in the network of the archive's configuration.

    Args:
        check: asks `core.inference.arrivals.checked`; a page lets the lane do it.
        run_id: one that is new here, in place of one that nobody guesses.

    Raises:
        DataError: the archive is damaged or not one of ours; nothing of it is kept.
        StoreError: the store cannot be written; nothing of it is kept.
    """
    members = read_rezipped(content, _LIMITS, RUN, "The archive")
    for name in (HISTORY, STEPS):
        if name not in members:
            raise DataError(f"The archive lacks {name}: expected a run that was exported as a zip here.")
    manifest = read_manifest(members[RUN])
    spec = _spec(manifest)
    steps, epochs = _read_steps(members[STEPS]), _read_epochs(members[HISTORY])
    _check_epochs(epochs, spec, manifest)
    dataset = _read_dataset(manifest, spec, members)
    artifacts = {n.removeprefix("artifacts/"): c for n, c in members.items() if n.startswith("artifacts/")}
    claims = check_artifacts(artifacts, spec, manifest.results, dataset or mnist.training())
    doubt = ""
    if MODEL in artifacts:
        arrival = check(spec.to_json(), artifacts[MODEL], claims)
        artifacts[MODEL], doubt = arrival.model, arrival.doubt
    run = manifest.run(run_id or new_id(), owner, spec, network_cost(spec.layers).parameters, doubt)
    pool = (_record(manifest, dataset), members[DATASET]) if dataset else None
    store.adopt(run, steps, epochs, artifacts, pool)
    return store.get(run.id)


def skim(content: bytes, what: str) -> tuple[Manifest, list[EpochPoint]]:
    """Return what an archive says of its run and of its epochs; the rest stays packed.

    Args:
        what: the file in the sentences, such as "The archive".

    Raises:
        DataError: the archive is damaged or not one of ours.
    """
    members = read_members(content, _LIMITS, what, only=[RUN, HISTORY])
    if len(members) < 2:
        raise DataError(f"{what} lacks {RUN} or {HISTORY}.")
    return read_manifest(members[RUN]), _read_epochs(members[HISTORY])


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
    _check_seconds(steps.seconds, what)
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
    if header != EPOCH_COLUMNS or len(points) > MOST_EPOCHS:
        raise DataError(
            f"{what} must have the columns {', '.join(EPOCH_COLUMNS)} and at most {MOST_EPOCHS} rows."
        )
    _check_order(np.array([point.epoch for point in points], object), what, most=MOST_EPOCHS)
    _check_order(np.array([point.step for point in points], object), what)
    columns = np.array([[getattr(point, key) for key in EPOCH_COLUMNS[2:]] for point in points], np.float64)
    loss, accuracy, val_loss, val_accuracy, rate, seconds = columns.reshape(-1, 6).T
    _check_curves(loss, accuracy, seconds, what)
    _check_curves(val_loss, val_accuracy, rate, what)
    _check_seconds(seconds, what)
    return points


def _check_epochs(epochs: Sequence[EpochPoint], spec: RunSpec, manifest: Manifest) -> None:
    """Refuse epochs beyond the configuration's, and a kept one that is not among them."""
    numbers = [point.epoch for point in epochs]
    if numbers and numbers[-1] > spec.epochs:
        raise DataError(
            f"The archive's {HISTORY} has an epoch {numbers[-1]}, the configuration ends at {spec.epochs}."
        )
    if manifest.results is not None and manifest.results.best_epoch not in numbers:
        kept = manifest.results.best_epoch
        raise DataError(f"The archive's {RUN} keeps epoch {kept}, which {HISTORY} does not have.")


def _check_order(numbers: NDArray[np.int64] | NDArray[np.object_], what: str, most: int = 2**31 - 1) -> None:
    """Refuse numbers of steps or epochs that do not rise from 1, or are more than a database holds."""
    rising = bool((numbers[1:] > numbers[:-1]).all())
    if len(numbers) and not (rising and numbers[0] >= 1 and numbers[-1] <= most):
        raise DataError(f"{what} has steps or epochs out of order: expected whole numbers that rise from 1.")


def _check_curves(loss: Floats, accuracy: Floats, more: Floats, what: str) -> None:
    """Refuse what no training can have measured; NaN is what was not finite."""
    fine = [np.isnan(accuracy) | ((accuracy >= 0) & (accuracy <= 1 + 1e-6))]
    fine += [np.isnan(values) | ((values >= -1e-3) & (values <= MOST_LOSS)) for values in (loss, more)]
    if not np.all(fine):
        raise DataError(
            f"{what} has an accuracy outside 0 to 1, or another value that is negative or infinite."
        )


def _check_seconds(seconds: Floats, what: str) -> None:
    if not (np.isnan(seconds) | (seconds <= MOST_SECONDS)).all():
        raise DataError(f"{what} has a time of more than thirty years.")


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
    dataset = Dataset(kept(manifest.dataset.name) or UNTITLED, **arrays)  # type: ignore[arg-type]
    if f"csv-{dataset.fingerprint}" != spec.data.source:
        raise DataError(f"{what} holds other images than the run was trained on.")
    if dataset.without(mnist.test().images)[1]:
        raise DataError(f"{what} holds images of MNIST's test set, on which nothing may be trained.")
    return dataset


def _record(manifest: Manifest, dataset: Dataset) -> DatasetRecord:
    assert manifest.dataset is not None
    images, dropped = len(dataset.images), manifest.dataset.dropped
    return DatasetRecord(f"csv-{dataset.fingerprint}", dataset.name, images, dropped, time.time())

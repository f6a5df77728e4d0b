"""What a run left behind, as an archive brings it: checked against the run's configuration and results."""

import math
from collections.abc import Mapping

import numpy as np

from core.analysis.frames import MOST
from core.analysis.predictions import Predictions
from core.analysis.units import Units
from core.data import mnist
from core.data.dataset import Dataset
from core.data.members import read_arrays
from core.errors import DataError
from core.export.manifest import ResultFacts
from core.inference.arrivals import Claim, claim
from core.model.shapes import first_filters
from core.model.specs import RunSpec
from core.runs.artifacts import FRAMES, MODEL, TEST, UNITS, VALIDATION

MAX_IMAGES, FEWEST_TESTED = 250_000, 1_000
_PREDICTION_KINDS = {"index": ("<i8", ()), "labels": ("|u1", ()), "probabilities": ("<f4", (10,))}
_FRAME_KINDS = {"predicted": "|u1", "confidence": "<f2", "truth": "<f2"}


def check_artifacts(
    artifacts: Mapping[str, bytes], spec: RunSpec, results: ResultFacts | None, pool: Dataset
) -> list[Claim]:
    """Refuse predictions of other images or with other results than the run says, and epochs of others.

    The network itself is not looked at (`core.inference.arrivals.checked`).

    Args:
        pool: what the run was trained on.

    Returns:
        What the predictions say of the network.

    Raises:
        DataError: something does not fit.
    """
    if UNITS in artifacts:
        Units.from_bytes(artifacts[UNITS])
    claims = []
    for name, images, part in ((VALIDATION, pool, "val"), (TEST, mnist.test(), "test")):
        if name in artifacts:
            what = f"The archive's {name}"
            predictions = _read_predictions(artifacts[name], images, what)
            if results is not None:
                claimed = getattr(results, f"{part}_images"), getattr(results, f"{part}_accuracy")
                _check_claim(predictions, *claimed, what)
            if name == TEST:
                _check_test(predictions, what)
            if name == VALIDATION and FRAMES in artifacts:
                _check_frames(artifacts[FRAMES], spec, len(predictions.labels))
            if MODEL in artifacts:
                claims.append(claim(spec, images, predictions))
    if FRAMES in artifacts and VALIDATION not in artifacts:
        raise DataError(f"The archive has {FRAMES} without {VALIDATION}, which says what its images are.")
    return claims


def _check_test(predictions: Predictions, what: str) -> None:
    """Refuse answers to test images that pages could not find by their place: a run answers them in order."""
    count = len(predictions.index)
    if count < FEWEST_TESTED or not np.array_equal(predictions.index, np.arange(count)):
        raise DataError(f"{what} must hold the test images in their order, at least {FEWEST_TESTED:,}.")


def _check_frames(content: bytes, spec: RunSpec, images: int) -> None:
    """Refuse frames of other images or of another network."""
    what = f"The archive's {FRAMES}"
    kinds = {name: (dtype, (images,)) for name, dtype in _FRAME_KINDS.items()}
    filters = {"filters": ("<f2", first_filters(spec.layers)), "epoch": ("<i4", ())}
    arrays = read_arrays(content, kinds | filters, MOST + 1, what)
    if arrays["predicted"].max(initial=0) > 9:
        raise DataError(f"{what} names a digit above 9.")
    shares = np.stack([arrays["confidence"], arrays["truth"]]).astype(np.float32)
    if not ((shares >= 0) & (shares <= 1)).all() or not np.isfinite(arrays["filters"]).all():
        raise DataError(f"{what} holds probabilities outside 0 to 1, or filters that are no finite numbers.")
    epochs = arrays["epoch"].astype(np.int64)
    if not ((epochs >= 1) & (epochs <= spec.epochs)).all():
        raise DataError(f"{what} names an epoch outside 1 to {spec.epochs}.")


def _read_predictions(content: bytes, pool: Dataset, what: str) -> Predictions:
    arrays = read_arrays(content, _PREDICTION_KINDS, MAX_IMAGES, what)
    predictions = Predictions(**arrays)  # type: ignore[arg-type]
    index, p = predictions.index, predictions.probabilities
    if not len(index) or index.min() < 0 or index.max() >= len(pool.images):
        raise DataError(f"{what} is empty or names images that its data set does not have.")
    if len(np.unique(index)) != len(index):
        raise DataError(f"{what} names an image twice.")
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

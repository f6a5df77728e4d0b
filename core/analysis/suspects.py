"""Labels that are probably wrong: images whose label is contradicted with the highest confidence.

As in confident learning (Northcutt, Jiang & Chuang 2021, "Confident Learning: Estimating Uncertainty in
Dataset Labels", section 3): each image is judged by a model that was not trained on it, and images are ranked
by their self-confidence, the probability given to their own label, lowest first.

The model is a ridge classifier on 1,000 features that approximate an RBF kernel (Williams & Seeger 2001) of
40 principal components, its softmax at a temperature fitted on held-out images. Of those tried it was the
fastest of the accurate ones: `python -m benchmarks.suspects` measures it.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.concepts.threads import use_one_thread
from core.data.dataset import check_count
from core.data.prepare import normalise
from core.errors import DataError

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Indices = NDArray[np.int64]
Probabilities = NDArray[np.float32]
FOLDS = 5
FEWEST = FOLDS
"""Images that a digit must have to be judged: each fold's model then sees four, enough to be calibrated."""
_COMPONENTS, _LANDMARKS, _GAMMA, _ALPHA = 40, 1000, 0.02, 0.1


def draw(labels: NDArray[np.uint8], count: int, first: Indices | None = None, seed: int = 0) -> Indices:
    """Return `count` places among n images at random, those in `first` before all others, sorted.

    Images of a digit with fewer than `FEWEST` among them cannot be judged and are left out.

    Raises:
        DataError: there are not that many, or fewer than two digits are left.
    """
    check_count(count, len(labels))
    rng = np.random.default_rng(seed)
    wanted = np.zeros(0, np.int64) if first is None else rng.permutation(np.unique(first))
    others = np.setdiff1d(rng.permutation(len(labels)), wanted, assume_unique=True)
    places = np.sort(np.concatenate([wanted, others])[:count])
    drawn = labels[places]
    judged: Indices = places[np.bincount(drawn, minlength=10)[drawn] >= FEWEST]
    check(labels[judged])
    return judged


def check(labels: NDArray[np.uint8]) -> None:
    """Refuse labels that cannot be cross-validated.

    Raises:
        DataError: fewer than two digits occur, or one has too few images.
    """
    counts = np.bincount(labels, minlength=10)
    present = np.flatnonzero(counts)
    if len(present) < 2:
        raise DataError(
            f"Fewer than two digits have {FEWEST} images or more, expected at least two digits to tell apart."
        )
    rare = present[counts[present].argmin()]
    if counts[rare] < FEWEST:
        raise DataError(
            f"The digit {rare} has {counts[rare]} of the {len(labels):,} images, expected at least {FEWEST}, "
            "one for each fold: choose more images."
        )


def folds(labels: NDArray[np.uint8], seed: int = 0) -> list[Indices]:
    """Return `FOLDS` times the places int64 (k,) that one fold judges; together they are all n images.

    Raises:
        DataError: as in `check`.
    """
    from sklearn.model_selection import StratifiedKFold

    check(labels)
    splitter = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    return [held for _, held in splitter.split(np.zeros(len(labels)), labels)]


def judged(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], held: Indices, seed: int = 0
) -> Probabilities:
    """Return float32 (k, 10): what a model trained on all other images says of those at `held`.

    Args:
        images: uint8 (n, 28, 28).
        labels: uint8 (n,); a digit that is not among them gets probability 0.
        held: int64 (k,).
    """
    use_one_thread()
    rows = normalise(images.reshape(len(images), -1))
    train = np.setdiff1d(np.arange(len(labels)), held)
    # Numbered from 0 without gaps: the calibration of scikit-learn 1.9 takes labels for places among them.
    digits, numbered = np.unique(labels[train], return_inverse=True)
    model = _model(len(train), seed).fit(rows[train], numbered)
    result = np.zeros((len(held), 10), np.float32)
    result[:, digits] = model.predict_proba(rows[held])
    return result


def _model(images: int, seed: int) -> "Pipeline":
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.decomposition import PCA
    from sklearn.kernel_approximation import Nystroem
    from sklearn.linear_model import RidgeClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        PCA(min(_COMPONENTS, images - 1), svd_solver="covariance_eigh"),
        Nystroem(gamma=_GAMMA, n_components=min(_LANDMARKS, images), random_state=seed),
        CalibratedClassifierCV(RidgeClassifier(alpha=_ALPHA), method="temperature", cv=3, ensemble=False),
    )


def cross_validated(images: NDArray[np.uint8], labels: NDArray[np.uint8], seed: int = 0) -> Probabilities:
    """Return float32 (n, 10): for each image what the model says that was not trained on it.

    Raises:
        DataError: as in `check`.
    """
    result = np.zeros((len(labels), 10), np.float32)
    for held in folds(labels, seed):
        result[held] = judged(images, labels, held, seed)
    return result


def self_confidence(labels: NDArray[np.uint8], probabilities: Probabilities) -> Probabilities:
    """Return float32 (n,): the probability that each image's own label is given."""
    own: Probabilities = np.take_along_axis(probabilities, labels[:, None].astype(np.int64), axis=1)[:, 0]
    return own


def ranked(labels: NDArray[np.uint8], probabilities: Probabilities) -> Indices:
    """Return the rows of all n images, lowest self-confidence first; of equals the more confident answer."""
    order: Indices = np.lexsort((-probabilities.max(axis=1), self_confidence(labels, probabilities)))
    return order


def suspects(labels: NDArray[np.uint8], probabilities: Probabilities) -> Indices:
    """Return the rows of the images whose label is contradicted, ranked as in `ranked`."""
    order = ranked(labels, probabilities)
    contradicted: Indices = order[probabilities.argmax(axis=1)[order] != labels[order]]
    return contradicted


def flipped(labels: NDArray[np.uint8], share: float, seed: int) -> tuple[NDArray[np.uint8], Indices]:
    """Return labels of which that share, drawn at random, became another digit, and the rows of those."""
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.choice(len(labels), round(share * len(labels)), replace=False))
    wrong = labels.copy()
    wrong[rows] = (labels[rows] + rng.integers(1, 10, len(rows))) % 10
    return wrong, rows


@dataclass(frozen=True)
class Planted:
    """How well planted wrong labels are found.

    Attributes:
        images, flips: how many there were.
        recall: share of the flips among as many images as there are flips, most suspect first.
        accuracy: share of the images whose digit, not the planted label, the cross-validated model names.
    """

    images: int
    flips: int
    recall: float
    accuracy: float


def planted(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], share: float = 0.02, seed: int = 0
) -> Planted:
    """Flip labels at random, look for suspects and count how many of the flipped ones lead the list."""
    wrong, rows = flipped(labels, share, seed)
    probabilities = cross_validated(images, wrong, seed)
    found = np.isin(rows, ranked(wrong, probabilities)[: len(rows)])
    accuracy = float((probabilities.argmax(axis=1) == labels).mean())
    return Planted(len(labels), len(rows), float(found.mean()), accuracy)

"""What a submission will score, as far as anyone can tell beforehand, and what its score would be worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
from numpy.typing import NDArray

from core.analysis.predictions import Predictions
from core.analysis.signs.unlike import is_far
from core.data import mnist
from core.data.dataset import digests
from core.data.submission import Seen, seen
from core.errors import DataError, NoNetworkError
from core.inference.ensemble import Answer, Named, Told, answers, average, ensemble
from core.runs.artifacts import MODEL, TEST, VALIDATION
from core.runs.pools import load_pool
from core.runs.records import Run
from core.runs.store import RunStore

Images = NDArray[np.uint8]


def named(store: RunStore, run: Run) -> Named:
    """Return what names a run's network.

    Raises:
        DataError: it has none.
    """
    if MODEL not in store.artifact_names(run.id):
        raise NoNetworkError(run.id)
    return store.url, run.id, run.ended_at or 0.0


@dataclass(frozen=True)
class Expected:
    """What networks score together, where nothing was fitted to the images.

    Attributes:
        predictions: theirs, in the same way as for the submission.
        on: "validation" or "test", the images they were asked.
        why: if those are not the validation images, the reason in a sentence, else "".
    """

    predictions: Predictions
    on: str
    why: str = ""


def expected(
    store: RunStore,
    runs: Sequence[Run],
    copies: int,
    answer: Answer = answers,
    told: Told = lambda share: None,
) -> Expected:
    """Return what runs say together of their validation images; of MNIST's test images if those mislead.

    Without copies their saved predictions are averaged; with copies the networks are asked anew.

    Raises:
        DataError: a run kept no predictions, or its model is gone.
        StoreError: the store cannot be read.
    """
    why = unshared(store, runs) or too_easy(runs)
    artifact = TEST if why else VALIDATION
    saved = average([_predictions(store, run, artifact) for run in runs])
    on = "test" if why else "validation"
    if not copies:
        return Expected(saved, on, why)
    pool = mnist.test() if why else load_pool(store, runs[0].spec.data.source)
    networks = [named(store, run) for run in runs]
    said = ensemble(networks, pool.images[saved.index], copies, answer, told)
    return Expected(Predictions(saved.index, saved.labels, said), on, why)


def unshared(store: RunStore, runs: Sequence[Run]) -> str:
    """Return why runs have no validation images that none of them was trained on, or ""."""
    if len({run.spec.data.source for run in runs}) > 1:
        return (
            "The runs were trained on different files of images, so there are no validation images that "
            "all of them have in common."
        )
    index = [_predictions(store, run, VALIDATION).index for run in runs]
    if all(np.array_equal(one, index[0]) for one in index):
        return ""
    return (
        "The runs split their images in different ways (other split seed, share, fold or number), so one was "
        "trained on images that another validates on."
    )


def too_easy(runs: Sequence[Run]) -> str:
    """Return why the validation of a run says nothing of Kaggle's images, or ""."""
    if not any(run.results and is_far(run.results) for run in runs):
        return ""
    return "A network does far worse on MNIST's images, of which Kaggle's are a part, than in validation."


def flattered(runs: Sequence[Run]) -> str:
    """Return what the validation images chose of runs, and so how far a score on them flatters."""
    if any(run.spec.kept_epoch == "best" for run in runs):
        return "The best epoch was chosen by these very images, so the score flatters a little."
    if any(run.spec.is_guided for run in runs):
        return (
            "These very images decided when the training ended or its learning rate fell, so the score may "
            "flatter a little."
        )
    return (
        "These images chose no epoch, the weights are those of the last: the score flatters only if settings "
        "were chosen by it."
    )


def known(store: RunStore, runs: Sequence[Run], images: Images) -> Seen:
    """Return which of the images uint8 (n, 28, 28) any of the runs has trained or validated on.

    Raises:
        DataError, StoreError: a run's images are not here any more.
    """
    keys = digests(images)
    each = (seen(keys, load_pool(store, run.spec.data.source), run.spec.data) for run in runs)
    return reduce(or_, each)


def in_mnist(images: Images) -> int:
    """Return how many of the images uint8 (n, 28, 28) are among MNIST's 70,000, whose labels are public."""
    pools = (mnist.training(), mnist.test())
    everything = np.concatenate([digests(pool.images) for pool in pools])
    return int(np.isin(digests(images), everything).sum())


def _predictions(store: RunStore, run: Run, artifact: str) -> Predictions:
    content = store.artifact(run.id, artifact)
    if content is None:
        raise DataError(f"The run “{run.name}” ({run.id}) kept no predictions, so no score can be expected.")
    return Predictions.from_bytes(content)

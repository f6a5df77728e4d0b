"""The pools of labelled images that runs draw from: the bundled MNIST and uploaded files.

Uploaded pools are kept in the store, so that every worker on any machine finds them. Images that are
also in MNIST's test set are taken out on the way in: nothing may be trained or tuned on those.
"""

import time
from functools import lru_cache

from core import names
from core.data import mnist
from core.data.dataset import Dataset, check_drawn
from core.errors import DataError
from core.model.specs import Data, RunSpec
from core.runs.records import DatasetRecord
from core.runs.store import RunStore
from core.words import count

MNIST = "mnist"


def add_pool(store: RunStore, dataset: Dataset, owner: str | None = None) -> DatasetRecord:
    """Keep an uploaded data set, less the images of MNIST's test set, and return its record.

    Args:
        owner: whose browser brought it; the same images again stay with whoever was first.

    Raises:
        DataError: nothing is left to train on.
        StoreError: the store cannot be written.
    """
    kept, dropped = dataset.without(mnist.test().images)
    name, images = names.kept(dataset.name) or names.UNTITLED, len(kept.images)
    record = DatasetRecord(f"csv-{kept.fingerprint}", name, images, dropped, time.time(), owner)
    store.put_dataset(record, kept.to_bytes())
    return record


def check_pool(store: RunStore, data: Data) -> None:
    """Refuse at once what a worker would have to refuse later.

    Raises:
        DataError: more images are asked for than the pool has, or it has only one.
        StoreError: no such pool is kept here.
    """
    check_drawn(data.images, size(store, data.source))


def size(store: RunStore, source: str) -> int:
    """Return how many images a source has.

    Raises:
        StoreError: no such pool is kept here.
    """
    return mnist.TRAINING if source == MNIST else store.dataset_record(source).images


def fitting(images: int, available: int) -> int:
    """Return how many images to draw where `images` are wanted, at least one for each side of a split."""
    return max(2, min(images, available))


def redrawn(store: RunStore, spec: RunSpec, source: str) -> RunSpec:
    """Return a configuration for the images of another source: fewer of them where that has not as many.

    Raises:
        StoreError: no such pool is kept here.
    """
    return spec.drawn_from(source, fitting(spec.data.images, size(store, source)))


def load_pool(store: RunStore, source: str) -> Dataset:
    """Return the pool that a spec's `data.source` names.

    Raises:
        StoreError: no such pool is kept here.
    """
    return mnist.training() if source == MNIST else _uploaded(store, source)


def remove_pool(store: RunStore, fingerprint: str) -> None:
    """Remove an uploaded data set for good, also from this process' memory.

    Raises:
        DataError: runs or sweeps that have not ended need it.
        StoreError: the store cannot be written.
    """
    if needing := store.users_of(fingerprint)[1]:
        raise DataError(
            f"These images are still needed ({count(needing, 'run')} or sweeps under way or waiting): stop "
            "those first, or wait for their end."
        )
    store.delete_dataset(fingerprint)
    _uploaded.cache_clear()


@lru_cache(maxsize=2)
def _uploaded(store: RunStore, source: str) -> Dataset:
    record, content = store.dataset(source)
    return Dataset.from_bytes(record.name, content)

"""The pools of labelled images that runs draw from: the bundled MNIST and uploaded files.

Uploaded pools are kept in the store, so that every worker on any machine finds them. Images that are
also in MNIST's test set are taken out on the way in: nothing may be trained or tuned on those.
"""

import time
from functools import lru_cache

from core import names
from core.data import mnist
from core.data.dataset import Dataset, check_drawn
from core.model.specs import Data
from core.runs.records import DatasetRecord
from core.runs.store import RunStore

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
    name, count = names.kept(dataset.name) or names.UNTITLED, len(kept.images)
    record = DatasetRecord(f"csv-{kept.fingerprint}", name, count, dropped, time.time(), owner)
    store.put_dataset(record, kept.to_bytes())
    return record


def check_pool(store: RunStore, data: Data) -> None:
    """Refuse at once what a worker would have to refuse later.

    Raises:
        DataError: more images are asked for than the pool has, or it has only one.
        StoreError: no such pool is kept here.
    """
    if data.source == MNIST:
        available = len(mnist.training().images)
    else:
        available = store.dataset_record(data.source).images
    check_drawn(data.images, available)


def load_pool(store: RunStore, source: str) -> Dataset:
    """Return the pool that a spec's `data.source` names.

    Raises:
        StoreError: no such pool is kept here.
    """
    return mnist.training() if source == MNIST else _uploaded(store, source)


@lru_cache(maxsize=2)
def _uploaded(store: RunStore, source: str) -> Dataset:
    record, content = store.dataset(source)
    return Dataset.from_bytes(record.name, content)

"""The files of images that `check-data` and `train` are given, and what there is to say of them."""

import sys
from pathlib import Path

import numpy as np

from core.analysis.enough import enough, remarks
from core.data import kaggle
from core.data.dataset import Dataset
from core.data.looks import look


def checked(path: Path) -> list[str]:
    """Return what a file of either kind holds, in a line, and what is odd about it, in others.

    Raises:
        DataError: as in `kaggle.read_either`.
    """
    found = kaggle.read_either(path, path.name)
    return [kaggle.summary(found), *remarks(found.images, found.labels)]


def read_pool(path: Path, mend: bool) -> Dataset:
    """Return the images to train on, made like MNIST's if wanted; what is odd about them goes to stderr.

    Raises:
        DataError: as in `kaggle.read_labelled`.
    """
    found = kaggle.read_labelled(path, path.name)
    pool = found.dataset
    looks = look(pool.images, pool.labels)
    told = [f"{found.name}: {found.how}"] if found.how else []
    told += enough(np.bincount(pool.labels, minlength=10))
    if looks.mending:
        told.append(f"{looks.sentence} {'Mended.' if mend else '--mend makes them like MNIST’s first.'}")
    for sentence in told:
        print(sentence, file=sys.stderr)
    return looks.mended(pool) if mend else pool

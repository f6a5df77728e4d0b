"""Which images occur twice, by their hash: within a set, and across training, validation, test and a file.

Images are the same if all their 784 numbers are; ones that merely look alike are not found.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset, digests
from core.data.prepare import split
from core.errors import DataError
from core.model.specs import Data

UNKNOWN = -1
"""Stands for the label of an image that has none."""
TRAINING, VALIDATION, SPARE = "training", "validation", "not drawn"
MNIST_TRAINING, TEST = "MNIST training", "MNIST test"


@dataclass(frozen=True, eq=False)
class Part:
    """One set of images.

    Attributes:
        name: of the set.
        keys: bytes (n,), the digest of each image.
        places: int64 (n,), where each image stands in the pool or file it comes from, counted from 0.
        labels: int16 (n,), `UNKNOWN` where there is none.
    """

    name: str
    keys: NDArray[np.bytes_]
    places: NDArray[np.int64]
    labels: NDArray[np.int16]

    def take(self, name: str, places: NDArray[np.int64]) -> "Part":
        """Return a part of this set under another name."""
        return Part(name, self.keys[places], self.places[places], self.labels[places])


def part(name: str, images: NDArray[np.uint8], labels: NDArray[np.uint8] | None) -> Part:
    """Return images uint8 (n, 28, 28) and their labels, if they have any, as a set."""
    known = np.full(len(images), UNKNOWN, np.int16) if labels is None else labels.astype(np.int16)
    return Part(name, digests(images), np.arange(len(images)), known)


def pool_part(pool: Dataset) -> Part:
    """Return all images of a pool as one set."""
    return part("all images", pool.images, pool.labels)


def split_parts(whole: Part, data: Data) -> list[Part]:
    """Return a pool split as a run with these settings splits it, and the rest of it if there is any.

    Raises:
        DataError: it cannot be split like this.
    """
    train, validation = split(whole.labels.astype(np.uint8), data)
    spare = np.setdiff1d(whole.places, np.concatenate([train, validation]))
    parts = [whole.take(TRAINING, np.sort(train)), whole.take(VALIDATION, np.sort(validation))]
    return [*parts, whole.take(SPARE, spare)] if len(spare) else parts


@dataclass(frozen=True)
class Copy:
    """One of several identical images: its set, its place there (counted from 0), its label or None."""

    part: str
    place: int
    label: int | None


@dataclass(frozen=True, eq=False)
class Audit:
    """What `audit` found among s sets.

    Attributes:
        names: of the sets.
        sizes: int64 (s,), images in each.
        shared: int64 (s, s), how many images of the row's set also occur in the column's; on the diagonal
            how many have a twin in their own set.
        groups: for each image that occurs more than once, all its copies; first those whose labels differ.
        contradictory: how many of `groups` have copies with different labels.
    """

    names: tuple[str, ...]
    sizes: NDArray[np.int64]
    shared: NDArray[np.int64]
    groups: "Groups"
    contradictory: int

    def copies(self, a: str, b: str) -> int:
        """Return how many images of one set also occur in another."""
        return int(self.shared[self.names.index(a), self.names.index(b)])


@dataclass(frozen=True, eq=False)
class Groups(Sequence[tuple[Copy, ...]]):
    """Images that occur more than once, made into `Copy` values only when they are asked for.

    Attributes:
        names: of the sets.
        starts: int64 (g + 1,), where each group begins among the members.
        members: int64 (m, 3): set, place, label.
    """

    names: tuple[str, ...]
    starts: NDArray[np.int64]
    members: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, at: int) -> tuple[Copy, ...]:  # type: ignore[override]
        if not 0 <= at < len(self):
            raise IndexError(at)
        rows = self.members[self.starts[at] : self.starts[at + 1]].tolist()
        return tuple(Copy(self.names[s], place, None if label < 0 else label) for s, place, label in rows)


def audit(parts: Sequence[Part]) -> Audit:
    """Return which images occur more than once in sets of different names.

    Raises:
        DataError: there is no set, or two have the same name.
    """
    names = tuple(one.name for one in parts)
    if not names or len(set(names)) < len(names):
        raise DataError(f"Expected sets of different names, got {', '.join(names) or 'none'}.")
    which = np.repeat(np.arange(len(parts)), [len(one.keys) for one in parts])
    _, group = np.unique(np.concatenate([one.keys for one in parts]), return_inverse=True)
    labels = np.concatenate([one.labels for one in parts]).astype(np.int64)
    members = np.stack([which, np.concatenate([one.places for one in parts]), labels], axis=1)
    sizes = np.bincount(which, minlength=len(parts))
    mixed = _mixed(group, labels)
    found = _grouped(names, group, members, mixed)
    return Audit(names, sizes, _shared(group, which, len(parts)), found, int(mixed.sum()))


def _shared(group: NDArray[np.int64], which: NDArray[np.int64], parts: int) -> NDArray[np.int64]:
    groups = int(group.max(initial=-1)) + 1
    counts = np.bincount(group * parts + which, minlength=groups * parts).reshape(groups, parts)
    shared: NDArray[np.int64] = counts.T @ (counts > 0)
    np.fill_diagonal(shared, (counts * (counts > 1)).sum(axis=0))
    return shared


def _mixed(group: NDArray[np.int64], labels: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return for each group whether it holds two different known labels."""
    groups, known = int(group.max(initial=-1)) + 1, labels != UNKNOWN
    low, high = np.full(groups, 99), np.full(groups, -99)
    np.minimum.at(low, group[known], labels[known])
    np.maximum.at(high, group[known], labels[known])
    return low < high


def _grouped(
    names: tuple[str, ...],
    group: NDArray[np.int64],
    members: NDArray[np.int64],
    mixed: NDArray[np.bool_],
) -> Groups:
    """Return the groups of more than one image, those with different labels first, then by first place."""
    rows = np.flatnonzero(np.bincount(group, minlength=len(mixed))[group] > 1)
    first = np.full(len(mixed), len(group))
    np.minimum.at(first, group, np.arange(len(group)))
    rows = rows[np.lexsort((rows, first[group[rows]], ~mixed[group[rows]]))]
    ends = np.flatnonzero(np.diff(group[rows])) + 1
    starts = np.concatenate([[0], ends, [len(rows)]]) if len(rows) else np.zeros(1, np.int64)
    return Groups(names, starts.astype(np.int64), members[rows])

"""Leaks and duplicates are found whole, by hand-made copies and against a slow count."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.data import mnist
from core.data.audit import TEST, UNKNOWN, audit, part, pool_part, split_parts
from core.errors import DataError
from core.model.specs import Data

POOL = mnist.training()


def pictures(values: list[int]) -> np.ndarray:
    """Return one image for each number, equal where the numbers are."""
    images = np.zeros((len(values), 28, 28), np.uint8)
    images[:, 3, 4] = values
    return images


def test_copies_are_found_within_and_across_and_contradictions_come_first() -> None:
    a = part("a", pictures([1, 2, 2, 3]), np.array([1, 2, 2, 3], np.uint8))
    b = part("b", pictures([3, 3, 9]), np.array([3, 8, 9], np.uint8))
    found = audit([a, b])
    np.testing.assert_array_equal(found.shared, [[2, 1], [2, 2]])
    assert (found.copies("a", "b"), found.copies("b", "a")) == (1, 2)
    assert [[(copy.part, copy.place, copy.label) for copy in group] for group in found.groups] == [
        [("a", 3, 3), ("b", 0, 3), ("b", 1, 8)],
        [("a", 1, 2), ("a", 2, 2)],
    ]
    assert found.contradictory == 1


@given(st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=4))
def test_counts_are_those_of_a_dictionary(sets: list[list[int]]) -> None:
    found = audit([part(str(n), pictures(values), None) for n, values in enumerate(sets)])
    for i, mine in enumerate(sets):
        for j, theirs in enumerate(sets):
            twins = [v for v in mine if (Counter(theirs)[v] > 1 if i == j else v in theirs)]
            assert found.shared[i, j] == len(twins)
    every = Counter(value for values in sets for value in values)
    assert len(found.groups) == sum(number > 1 for number in every.values())
    assert found.contradictory == 0


def test_files_without_labels_contradict_nothing() -> None:
    known = part("known", pictures([1]), np.array([4], np.uint8))
    unknown = part("unknown", pictures([1, 1]), None)
    assert set(unknown.labels) == {UNKNOWN}
    found = audit([known, unknown])
    assert found.contradictory == 0
    assert [copy.label for copy in found.groups[0]] == [4, None, None]


def test_a_pool_is_split_as_a_run_splits_it_and_mnist_does_not_leak() -> None:
    parts = split_parts(pool_part(POOL), Data(images=2_000, validation_share=0.25))
    assert [len(one.keys) for one in parts] == [1500, 500, 58_000]
    assert len(set(np.concatenate([one.places for one in parts]).tolist())) == 60_000
    test = mnist.test()
    found = audit([*parts, part(TEST, test.images, test.labels)])
    assert found.shared.sum() == 0  # as everybody says of MNIST


def test_an_upload_with_test_images_is_told() -> None:
    test = mnist.test()
    mixed = np.concatenate([POOL.images[:10], test.images[:7]])
    found = audit(
        [
            part("pool", POOL.images[:100], POOL.labels[:100]),
            part(TEST, test.images, test.labels),
            part("file", mixed, None),
        ]
    )
    assert (found.copies("file", "pool"), found.copies("file", TEST)) == (10, 7)


def test_sets_of_the_same_name_are_refused() -> None:
    one = part("a", pictures([1]), None)
    with pytest.raises(DataError, match="different names"):
        audit([one, one])
    with pytest.raises(DataError, match="none"):
        audit([])
    assert len(audit([one]).groups) == 0

"""Kept drawings belong to who drew them."""

import numpy as np
import pytest

from core.data import mnist
from core.errors import StoreError
from core.runs import drawings
from core.runs.store import RunStore

DIGITS = mnist.test()


def test_each_visitor_has_a_test_set_of_its_own(store: RunStore) -> None:
    for place, owner in ((0, "ada"), (1, "bob"), (2, "ada"), (3, None)):
        store.keep_drawing(DIGITS.images[place], int(DIGITS.labels[place]), owner)
    ids, kept = store.drawings("ada")
    np.testing.assert_array_equal(kept.images, DIGITS.images[[0, 2]])
    np.testing.assert_array_equal(kept.labels, DIGITS.labels[[0, 2]])
    store.remove_drawing(ids[0], "bob")
    assert store.drawings("ada")[0] == ids
    store.remove_drawing(ids[0], "ada")
    assert store.drawings("ada")[0] == ids[1:]
    assert len(store.drawings(None)[0]) == len(store.drawings("bob")[0]) == 1
    assert store.drawings("nobody")[1].images.shape == (0, 28, 28)


def test_there_is_an_end_to_what_is_kept(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawings, "MOST", 2)
    for _ in range(2):
        store.keep_drawing(DIGITS.images[0], 7, "ada")
    with pytest.raises(StoreError, match="2 drawings are kept here already"):
        store.keep_drawing(DIGITS.images[0], 7, "ada")
    store.keep_drawing(DIGITS.images[0], 7, "bob")

"""Planted wrong labels are found; what cannot be judged is refused."""

import numpy as np
import pytest
from sklearn.model_selection import cross_val_predict

from core.analysis import suspects as s
from core.data import mnist
from core.data.prepare import normalise
from core.errors import DataError

POOL = mnist.training()


def test_most_planted_wrong_labels_lead_the_list() -> None:
    """`python -m benchmarks.suspects` finds 88% of them with 5,000 images, 81% at least; here are 2,000."""
    places = s.draw(POOL.labels, 2_000, seed=1)
    found = s.planted(POOL.images[places], POOL.labels[places], share=0.02, seed=1)
    assert (found.images, found.flips) == (2_000, 40)
    assert found.recall >= 0.7  # by chance 2%
    assert found.accuracy > 0.9


def test_the_folds_are_those_of_scikit_learns_cross_validation() -> None:
    places = s.draw(POOL.labels, 300, seed=0)
    images, labels = POOL.images[places], POOL.labels[places]
    rows = normalise(images.reshape(len(images), -1))
    splits = [(np.setdiff1d(np.arange(300), held), held) for held in s.folds(labels)]
    theirs = cross_val_predict(s._model(240, 0), rows, labels, cv=splits, method="predict_proba")
    np.testing.assert_allclose(s.cross_validated(images, labels), theirs, atol=1e-4)


def test_which_digits_are_missing_changes_no_probability() -> None:
    places = np.flatnonzero(np.isin(POOL.labels, [1, 4, 7]))[:150]
    images, labels = POOL.images[places], POOL.labels[places]
    numbered = np.searchsorted([1, 4, 7], labels).astype(np.uint8)
    found = s.cross_validated(images, labels)
    np.testing.assert_allclose(found[:, [1, 4, 7]], s.cross_validated(images, numbered)[:, :3], atol=1e-5)
    assert found.sum(axis=1) == pytest.approx(np.ones(150), abs=1e-5)


def test_suspects_are_ranked_by_the_probability_of_their_own_label() -> None:
    labels = np.array([0, 1, 2, 3], np.uint8)
    p = np.zeros((4, 10), np.float32)
    p[0, [0, 1]] = 0.9, 0.1
    p[1, [1, 5]] = 0.2, 0.8
    p[2, [2, 7]] = 0.01, 0.99
    p[3, [3, 4]] = 0.2, 0.6
    assert s.self_confidence(labels, p).tolist() == pytest.approx([0.9, 0.2, 0.01, 0.2])
    assert s.ranked(labels, p).tolist() == [2, 1, 3, 0]
    assert s.suspects(labels, p).tolist() == [2, 1, 3]


def test_a_draw_takes_the_wanted_first_and_repeats_by_seed() -> None:
    first = np.array([7, 9])
    places = s.draw(POOL.labels, 500, first, seed=3)
    assert set(first) <= set(places)
    assert len(set(places.tolist())) == 500
    np.testing.assert_array_equal(places, s.draw(POOL.labels, 500, first, seed=3))


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [([4] * 60, "Fewer than two digits"), ([0] * 50 + [1] * 4, "The digit 1 has 4 of the 54")],
)
def test_what_cannot_be_cross_validated_is_refused(labels: list[int], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        s.folds(np.array(labels, np.uint8))
    with pytest.raises(DataError, match="are asked for"):
        s.draw(POOL.labels[:20], 30)
    with pytest.raises(DataError, match="Fewer than two digits"):
        s.draw(np.array(labels, np.uint8), len(labels))


def test_digits_with_too_few_images_are_left_out_and_the_others_judged() -> None:
    places = s.draw(POOL.labels, 60, seed=0)
    counts = np.bincount(POOL.labels[places], minlength=10)
    assert 0 < len(places) < 60
    assert counts[counts > 0].min() >= s.FEWEST
    found = s.cross_validated(POOL.images[places], POOL.labels[places])
    assert (found.argmax(axis=1) == POOL.labels[places]).mean() > 0.4  # by guessing 12%
    assert found.sum(axis=1) == pytest.approx(np.ones(len(places)), abs=1e-5)

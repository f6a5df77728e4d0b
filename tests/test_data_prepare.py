"""Normalising, encoding and splitting, against NumPy, scikit-learn and counting."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelBinarizer

from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import grey_values, normalise, one_hot, prepare, reshape, split
from core.errors import DataError
from core.model.specs import Data


def test_normalising_divides_by_255_exactly() -> None:
    every = np.arange(256, dtype=np.uint8)
    result = normalise(every)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, every.astype(np.float32) / np.float32(255))
    assert (result[0], result[255]) == (0, 1)


def test_grey_values_undo_normalising_and_round_to_the_nearest() -> None:
    every = np.arange(256, dtype=np.uint8)
    np.testing.assert_array_equal(grey_values(normalise(every)), every)
    assert grey_values(np.array([0.4 / 255, 0.6 / 255])).tolist() == [0, 1]


@given(st.integers(1, 5), st.integers(0, 27), st.integers(0, 27))
def test_a_row_of_784_becomes_an_image_line_by_line(count: int, row: int, column: int) -> None:
    rows = np.arange(count * 784, dtype=np.float32).reshape(count, 784)
    images = reshape(rows)
    assert images.shape == (count, 28, 28, 1)
    assert images[-1, row, column, 0] == rows[-1, 28 * row + column]


@given(arrays(np.uint8, st.integers(1, 50), elements=st.integers(0, 9)))
def test_one_hot_agrees_with_scikit_learn(labels: np.ndarray) -> None:
    encoded = one_hot(labels)
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, LabelBinarizer().fit(range(10)).transform(labels))


def test_42000_images_and_a_tenth_give_37800_and_4200() -> None:
    train, validation = split(mnist.training().labels, Data(images=42_000, validation_share=0.1))
    assert (len(train), len(validation)) == (37_800, 4_200)


@settings(max_examples=30, deadline=None)
@given(
    images=st.integers(500, 3000),
    share=st.floats(0.1, 0.9),
    seed=st.integers(0, 2**31 - 1),
    pool=st.integers(1000, 3000),
)
def test_parts_are_disjoint_drawn_from_the_pool_and_keep_the_shares(
    images: int, share: float, seed: int, pool: int
) -> None:
    assume(images <= pool)
    labels = mnist.training().labels[:pool]
    train, validation = split(labels, Data(images=images, validation_share=share, split_seed=seed))
    both = np.concatenate([train, validation])
    assert len(np.unique(both)) == len(both) == images
    assert both.min() >= 0
    assert both.max() < pool
    assert abs(len(validation) - images * share) <= 0.5
    of_digit = np.bincount(labels, minlength=10) / pool
    # A few left out may be any; beyond that each digit is within one image of its share, at both steps.
    slack = 10 if 0 < pool - images < 10 else 2
    assert abs(np.bincount(labels[both], minlength=10) - images * of_digit).max() <= slack
    drawn = np.bincount(labels[both], minlength=10)
    held = np.bincount(labels[validation], minlength=10)
    assert abs(held - drawn * len(validation) / images).max() <= 1


def test_the_same_seed_gives_the_same_split_and_another_seed_another() -> None:
    labels = mnist.training().labels[:2000]
    first, again, other = (split(labels, Data(images=1000, split_seed=seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert set(first[1]) != set(other[1])


def test_a_pool_used_whole_is_used_to_the_last_image() -> None:
    train, validation = split(mnist.training().labels[:700], Data(images=700))
    assert sorted([*train, *validation]) == list(range(700))


@pytest.mark.parametrize("left_out", range(1, 12))
def test_nearly_the_whole_pool_can_be_drawn(left_out: int) -> None:
    labels = mnist.training().labels[:1000]
    train, validation = split(labels, Data(images=1000 - left_out))
    assert len({*train, *validation}) == 1000 - left_out


def test_more_images_than_the_pool_has_are_refused_with_both_numbers() -> None:
    with pytest.raises(DataError, match="42,000 images are asked for, but the data set has only 1,234"):
        split(mnist.training().labels[:1234], Data(images=42_000))


@pytest.mark.parametrize("images", [150, 200])
def test_the_only_image_of_a_digit_trains(images: int) -> None:
    labels = np.append(np.repeat([1, 2], 100)[:199], 7).astype(np.uint8)
    for seed in range(20):
        train, validation = split(labels, Data(images=images, split_seed=seed))
        assert len({*train, *validation}) == images
        assert len(validation) == images // 10
        assert 199 not in validation


@settings(max_examples=200, deadline=None)
@given(
    labels=arrays(np.uint8, st.integers(2, 60), elements=st.integers(0, 9)),
    left_out=st.integers(0, 30),
    share=st.floats(0.01, 0.9),
    seed=st.integers(0, 2**31 - 1),
)
def test_any_two_images_or_more_can_be_split(
    labels: np.ndarray, left_out: int, share: float, seed: int
) -> None:
    images = max(2, len(labels) - left_out)
    train, validation = split(labels, Data(images=images, validation_share=share, split_seed=seed))
    assert len({*train, *validation}) == len(train) + len(validation) == images
    assert min(len(train), len(validation)) >= 1
    counts = np.bincount(labels[[*train, *validation]], minlength=10)
    if counts.max() > 1:
        assert set(np.flatnonzero(counts == 1)).isdisjoint(labels[validation])


def test_a_pool_with_enough_of_each_digit_is_split_as_scikit_learn_does() -> None:
    labels = mnist.training().labels[:2000]
    drawn, _ = train_test_split(np.arange(2000), train_size=900, stratify=labels, random_state=4)
    parts = train_test_split(drawn, test_size=135, stratify=labels[drawn], random_state=4)
    for found, wanted in zip(
        split(labels, Data(images=900, validation_share=0.15, split_seed=4)), parts, strict=True
    ):
        np.testing.assert_array_equal(found, wanted)


def test_ten_images_of_ten_digits_leave_one_to_validate_on() -> None:
    train, validation = split(np.arange(10, dtype=np.uint8), Data(images=10))
    assert (len(train), len(validation)) == (9, 1)


def test_a_validation_part_too_small_for_ten_digits_is_drawn_at_random() -> None:
    labels = mnist.training().labels[:100]
    train, validation = split(labels, Data(images=100, validation_share=0.05))
    assert (len(train), len(validation)) == (95, 5)


def test_a_single_image_is_refused_with_the_reason() -> None:
    with pytest.raises(DataError, match="has 1 image, expected at least two: one to train on"):
        split(np.zeros(1, np.uint8), Data(images=2))


def test_a_pool_of_one_digit_can_be_split() -> None:
    train, validation = split(np.full(300, 4, np.uint8), Data(images=200))
    assert (len(train), len(validation)) == (180, 20)


def test_prepared_images_belong_to_their_labels() -> None:
    pool = Dataset("some", mnist.training().images[:800], mnist.training().labels[:800])
    data = Data(images=600, validation_share=0.2, split_seed=9)
    prepared = prepare(pool, data)
    train, validation = split(pool.labels, data)
    assert prepared.x_train.shape == (480, 28, 28, 1)
    assert prepared.x_val.shape == (120, 28, 28, 1)
    assert (prepared.x_train.dtype, prepared.x_val.dtype) == (np.uint8, np.float32)
    np.testing.assert_array_equal(prepared.val_index, validation)
    np.testing.assert_array_equal(np.rint(prepared.x_val[..., 0] * 255), pool.images[validation])
    np.testing.assert_array_equal(prepared.x_train[..., 0], pool.images[train])
    np.testing.assert_array_equal(prepared.y_val.argmax(1), prepared.val_labels)
    np.testing.assert_array_equal(prepared.y_train.argmax(1), pool.labels[train])

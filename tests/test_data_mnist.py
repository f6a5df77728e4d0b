"""The bundled MNIST is the complete original, and a data set is one unchangeable value."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import mnist
from core.data.dataset import Dataset
from core.errors import DataError


def small(count: int = 20, name: str = "small") -> Dataset:
    pool = mnist.training()
    return Dataset(name, pool.images[:count], pool.labels[:count])


@pytest.mark.parametrize(
    ("stream", "md5"),
    [
        (lambda: mnist.idx_images(mnist.training().images), "6bbc9ace898e44ae57da46a324031adb"),
        (lambda: mnist.idx_labels(mnist.training().labels), "a25bea736e30d166cdddb491f175f624"),
        (lambda: mnist.idx_images(mnist.test().images), "2646ac647ad5339dbf082846283269ea"),
        (lambda: mnist.idx_labels(mnist.test().labels), "27ae3e4e09519cfbb04c329615203637"),
    ],
    ids=["training images", "training labels", "test images", "test labels"],
)
def test_the_bundled_file_holds_the_original_streams_byte_for_byte(stream, md5) -> None:
    assert hashlib.md5(stream()).hexdigest() == md5


def test_there_are_60000_images_to_train_on_and_10000_to_test_on() -> None:
    assert (len(mnist.training().images), len(mnist.test().images)) == (60_000, 10_000)
    assert len(mnist.training().images) == mnist.TRAINING


def test_no_test_image_is_among_the_training_images() -> None:
    assert mnist.training().without(mnist.test().images)[1] == 0


def test_the_shared_arrays_cannot_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        mnist.training().images[0, 0, 0] = 1


def test_a_missing_bundled_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"mnist\.npz .* missing or damaged"):
        mnist.read(tmp_path / "mnist.npz", "MNIST", "x_train", "y_train")


@pytest.mark.parametrize("kept", [0, 1, 100, 0.5, 0.999])
def test_a_bundled_file_cut_off_anywhere_is_refused(tmp_path: Path, kept: float) -> None:
    content = mnist.FILE.read_bytes()
    cut = tmp_path / "mnist.npz"
    cut.write_bytes(content[: int(kept * len(content)) if isinstance(kept, float) else kept])
    with pytest.raises(DataError, match="missing or damaged"):
        mnist.read(cut, "MNIST", "x_train", "y_train")


def test_a_bundled_file_with_pickled_objects_is_never_unpickled(tmp_path: Path) -> None:
    file = tmp_path / "mnist.npz"
    np.savez(file, x_train=np.array([{"a": 1}], dtype=object), y_train=np.zeros(1, np.uint8))
    with pytest.raises(DataError, match="missing or damaged"):
        mnist.read(file, "MNIST", "x_train", "y_train")


def test_the_fingerprint_is_sha256_of_images_then_labels() -> None:
    digits = small()
    expected = hashlib.sha256(digits.images.tobytes() + digits.labels.tobytes()).hexdigest()[:16]
    assert digits.fingerprint == expected


def test_the_fingerprint_follows_content_not_name_or_memory_order() -> None:
    digits = small()
    turned = np.asfortranarray(digits.images)
    assert Dataset("other", turned, digits.labels).fingerprint == digits.fingerprint
    changed = digits.images.copy()
    changed[7, 27, 27] ^= 1
    assert Dataset("small", changed, digits.labels).fingerprint != digits.fingerprint


def test_a_data_set_survives_bytes() -> None:
    digits = small()
    again = Dataset.from_bytes("again", digits.to_bytes())
    assert again.name == "again"
    np.testing.assert_array_equal(again.images, digits.images)
    np.testing.assert_array_equal(again.labels, digits.labels)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damaged_bytes_are_refused_or_read_as_they_were(data: st.DataObject) -> None:
    whole = small(3).to_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255))
    cut = data.draw(st.booleans())
    damaged = whole[:place] if cut else whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        again = Dataset.from_bytes("small", damaged)
    except DataError:
        return
    assert again.fingerprint == small(3).fingerprint


@pytest.mark.parametrize(
    ("images", "labels", "match"),
    [
        (np.zeros((2, 28, 28)), np.zeros(2, np.uint8), r"got float64 \(2, 28, 28\)"),
        (np.zeros((2, 784), np.uint8), np.zeros(2, np.uint8), r"got uint8 \(2, 784\)"),
        (
            np.zeros((2, 28, 28), np.uint8),
            np.zeros(3, np.uint8),
            r"expected 2 labels uint8, got uint8 \(3,\)",
        ),
        (np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.int64), "got int64"),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10], np.uint8), "a label is 10"),
    ],
)
def test_other_shapes_types_and_labels_are_refused(images, labels, match: str) -> None:
    with pytest.raises(DataError, match=match):
        Dataset("bad", images, labels)


@settings(max_examples=25, deadline=None)
@given(st.sets(st.integers(0, 39)), st.integers(0, 2**32 - 1))
def test_exactly_the_images_of_the_other_set_are_left_out(taken: set[int], seed: int) -> None:
    digits = small(40)
    order = np.random.default_rng(seed).permutation(sorted(taken)).astype(int)
    others = np.concatenate([digits.images[order], mnist.test().images[:50]])
    kept = [place for place in range(40) if place not in taken]
    if not kept:
        return
    rest, dropped = digits.without(others)
    assert dropped == len(taken)
    np.testing.assert_array_equal(rest.images, digits.images[kept])
    np.testing.assert_array_equal(rest.labels, digits.labels[kept])


def test_an_image_that_differs_in_one_pixel_is_another_image() -> None:
    digits = small()
    nearly = digits.images.copy()
    nearly[:, 0, 0] = 1
    assert digits.without(nearly)[1] == 0


def test_a_set_that_holds_nothing_but_test_images_is_refused() -> None:
    with pytest.raises(DataError, match="every image of it is in the test set"):
        Dataset("mine", mnist.test().images[:9], mnist.test().labels[:9]).without(mnist.test().images)

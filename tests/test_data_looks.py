"""Images that are not what they seem are noticed and mended; MNIST's own never are called odd."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from core.data import mnist
from core.data.dataset import Dataset
from core.data.likeness import likelihoods
from core.data.looks import look
from core.data.mending import Mending, Turn, border

Images = NDArray[np.uint8]
POOL, TEST = mnist.training(), mnist.test()
Change = Callable[[Images], Images]
DONE_TO: dict[Turn, Change] = {
    Turn.LEFT: lambda images: np.rot90(images, 1, axes=(1, 2)),
    Turn.DOWN: lambda images: np.rot90(images, 2, axes=(1, 2)),
    Turn.RIGHT: lambda images: np.rot90(images, 3, axes=(1, 2)),
    Turn.MIRRORED: lambda images: np.flip(images, axis=2),
    Turn.FLIPPED: lambda images: np.flip(images, axis=1),
    Turn.TRANSPOSED: lambda images: np.swapaxes(images, 1, 2),
    Turn.CROSSED: lambda images: np.swapaxes(np.rot90(images, 2, axes=(1, 2)), 1, 2),
}
"""What was done to images that lie so."""


def some(count: int, seed: int, digits: tuple[int, ...] = tuple(range(10))) -> tuple[Images, Images]:
    """Return so many images of these digits and their labels, drawn at random."""
    among = np.flatnonzero(np.isin(POOL.labels, digits))
    places = np.random.default_rng(seed).choice(among, count, replace=False)
    return POOL.images[places], POOL.labels[places]


def moved(images: Images, down: int, right: int) -> Images:
    return np.roll(images, (down, right), axis=(1, 2))


def levels(top: int) -> Change:
    return lambda images: np.rint(images / 255 * top).astype(np.uint8)


def test_the_classifier_reads_mnists_test_images() -> None:
    read = likelihoods(TEST.images).argmax(axis=1)
    assert (read == TEST.labels).mean() > 0.95


@pytest.mark.parametrize("labelled", [True, False])
def test_a_hundred_subsets_of_mnist_are_as_they_should_be(labelled: bool) -> None:
    for seed in range(100):
        images, labels = some(int(np.random.default_rng(seed).integers(60, 601)), seed)
        assert not look(images, labels if labelled else None).mending, seed


@pytest.mark.parametrize("digits", [*((digit,) for digit in range(10)), (0, 1, 8), (6, 9), (1, 7)], ids=str)
def test_few_digits_of_mnist_are_as_they_should_be(digits: tuple[int, ...]) -> None:
    for seed, count in enumerate((1, 2, 5, 20, 60, 300)):
        images, labels = some(count, seed, digits)
        assert not look(images, labels).mending, count
        assert not look(images).mending, count


@pytest.mark.parametrize("turn", DONE_TO)
def test_two_hundred_images_are_seen_to_be_turned_and_mended_to_the_pixel(turn: Turn) -> None:
    for seed in range(5):
        images, labels = some(200, seed)
        changed = np.ascontiguousarray(DONE_TO[turn](images))
        looks = look(changed, labels)
        assert looks.mending == look(changed).mending == Mending(turn=turn)
        np.testing.assert_array_equal(looks.mending.mended(changed), images)
        assert str(turn) in looks.sentence
        assert (looks.after or 0) > 0.9 > (looks.before or 1)


@pytest.mark.parametrize("turn", DONE_TO)
def test_sixty_images_with_labels_will_do(turn: Turn) -> None:
    for seed in range(5):
        images, labels = some(60, seed)
        assert look(np.ascontiguousarray(DONE_TO[turn](images)), labels).mending.turn is turn


@pytest.mark.parametrize("turn", DONE_TO)
def test_of_0s_1s_and_8s_alone_nothing_is_said(turn: Turn) -> None:
    for digits in ((0,), (1,), (8,), (0, 1, 8)):
        images, labels = some(300, 1, digits)
        assert look(np.ascontiguousarray(DONE_TO[turn](images)), labels).mending.turn is Turn.UPRIGHT


@pytest.mark.parametrize(
    ("change", "mending"),
    [
        (lambda images: 255 - images, Mending(white=255)),
        (levels(1), Mending(top=1)),
        (levels(16), Mending(top=16)),
        (lambda images: 16 - levels(16)(images), Mending(white=16, top=16)),
        (lambda images: moved(images, -3, 2), Mending(placed=True)),
        (lambda images: 255 - np.swapaxes(images, 1, 2), Mending(white=255, turn=Turn.TRANSPOSED)),
    ],
)
def test_other_faults_are_seen_with_and_without_labels(change: Change, mending: Mending) -> None:
    for seed in range(5):
        images, labels = some(200, seed)
        looks = look(change(images), labels)
        assert looks.mending == look(change(images)).mending == mending
        assert not look(looks.mending.mended(change(images)), labels).mending
        assert (looks.after or 0) > 0.85


def test_black_on_white_is_told_image_by_image() -> None:
    images, labels = some(200, 0)
    mixed = np.where((np.arange(200) % 4 == 0)[:, None, None], 255 - images, images)
    looks = look(mixed, labels)
    assert "25% of them are black on white" in looks.sentence
    np.testing.assert_array_equal(looks.mending.mended(mixed), images)


def test_grey_paper_becomes_black_and_its_ink_white() -> None:
    images, labels = some(200, 0)
    grey = np.rint(200 - images * (140 / 255)).astype(np.uint8)
    looks = look(grey, labels)
    mended = looks.mending.mended(grey)
    assert (mended.max(), np.median(border(mended))) == (255, 0)
    assert abs(mended.astype(int) - images).max() <= 2


def test_images_moved_within_their_frame_come_back_where_mnist_has_them() -> None:
    images, _ = some(200, 0)
    moved_each = np.stack(
        [moved(image[None], d, r)[0] for image, d, r in zip(images, *_offsets(), strict=True)]
    )
    looks = look(moved_each)
    back = looks.mending.mended(moved_each)
    assert looks.mending.placed
    # MNIST's own placing moves one image in ten by a pixel.
    assert (abs(back.astype(int) - images).max(axis=(1, 2)) == 0).mean() > 0.8


def _offsets() -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(0)
    return rng.integers(-4, 5, 200).tolist(), rng.integers(-4, 5, 200).tolist()


def test_digits_of_other_people_are_told_by_what_is_wrong_with_them_alone() -> None:
    """scikit-learn's digits, by 43 writers, 8×8 with values to 16, made larger."""
    theirs = load_digits()
    images = np.pad(np.kron(theirs.images, np.ones((3, 3))), ((0, 0), (2, 2), (2, 2))).astype(np.uint8)
    labels = theirs.target.astype(np.uint8)
    looks = look(images, labels)
    assert looks.mending == Mending(top=16)
    for turn, change in DONE_TO.items():
        assert look(np.ascontiguousarray(change(images)), labels).mending == Mending(top=16, turn=turn)


def test_what_is_no_digit_at_all_is_not_called_turned() -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (300, 28, 28)).astype(np.uint8)
    images, labels = some(300, 0)
    for given, told in ((noise, labels), (noise, None), (images, rng.permutation(labels))):
        assert not look(given, told).mending
    for empty in (np.zeros((0, 28, 28), np.uint8), np.zeros((5, 28, 28), np.uint8), noise * 0 + 255):
        assert look(empty, None).sentence == ""


def test_a_mended_data_set_says_so_in_its_name() -> None:
    images, labels = some(60, 0)
    turned = Dataset("mine.csv", np.ascontiguousarray(np.rot90(images, 1, axes=(1, 2))), labels)
    mended = look(turned.images, labels).mended(turned)
    assert mended.name == "mine.csv, turned upright"
    np.testing.assert_array_equal(mended.images, images)
    whole = Dataset("mnist.csv", images, labels)
    assert look(images, labels).mended(whole) is whole

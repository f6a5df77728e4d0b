"""Counts, averages and pictures of a pool are NumPy's."""

import numpy as np

from core.data import mnist
from core.data.overview import laid_out, overview, sample
from core.data.preview import drawn, extremes
from core.model.augmentations import Augmentation

POOL = mnist.training()


def test_counts_averages_and_deviations_are_numpys() -> None:
    images, labels = POOL.images[:6000], POOL.labels[:6000]
    keep = labels != 3
    found = overview(images[keep], labels[keep])
    np.testing.assert_array_equal(found.counts, np.bincount(labels[keep], minlength=10))
    np.testing.assert_array_equal(found.values, np.bincount(images[keep].ravel(), minlength=256))
    for digit in (0, 8):
        own = images[labels == digit].astype(float)
        np.testing.assert_allclose(found.means[digit], own.mean(axis=0), rtol=1e-4, atol=1e-3)
        np.testing.assert_allclose(found.deviations[digit], own.std(axis=0), rtol=1e-3, atol=0.05)
    assert not found.means[3].any()
    assert not found.deviations[3].any()
    np.testing.assert_allclose([found.mean, found.deviation], [images[keep].mean(), images[keep].std()])


def test_a_sample_is_of_its_digit_and_repeats_by_seed() -> None:
    places = sample(POOL.labels, 7, 20, seed=5)
    assert set(POOL.labels[places]) == {7}
    np.testing.assert_array_equal(places, sample(POOL.labels, 7, 20, seed=5))
    assert len(sample(POOL.labels[:50], None, 80, seed=0)) == 50
    assert len(sample(np.zeros(5, np.uint8), 7, 20, seed=0)) == 0


def test_a_row_of_numbers_becomes_an_image_line_by_line() -> None:
    row = POOL.images[0].reshape(784)
    picture = laid_out(row, 3)
    assert picture[2].tolist() == row[56:84].tolist()
    assert np.isnan(picture[3:]).all()
    np.testing.assert_array_equal(laid_out(row, 28), POOL.images[0])


def test_the_extremes_are_the_settings_and_draws_stay_with_their_seed() -> None:
    image = POOL.images[0]
    moved = extremes(image, Augmentation(width_shift=0.25, height_shift=0.25))
    whole = image / 255
    np.testing.assert_allclose(moved["right"][:, 7:], whole[:, :-7], atol=1e-6)
    np.testing.assert_allclose(moved["left"][:, :-7], whole[:, 7:], atol=1e-6)
    np.testing.assert_allclose(moved["down"][7:], whole[:-7], atol=1e-6)
    np.testing.assert_allclose(moved["up"][:-7], whole[7:], atol=1e-6)
    assert list(moved) == ["left", "right", "up", "down"]
    assert extremes(image, Augmentation(elastic=1, erasing=1)) == {}
    upside_down = extremes(image, Augmentation(rotation=180))["turned left"]
    np.testing.assert_allclose(upside_down, whole[::-1, ::-1], atol=1e-5)
    one, other = (drawn(image, Augmentation(zoom=0.2), 4, seed=s) for s in (1, 2))
    np.testing.assert_array_equal(one, drawn(image, Augmentation(zoom=0.2), 4, seed=1))
    assert not np.array_equal(one, other)
    np.testing.assert_allclose(drawn(image, Augmentation(), 2, seed=0), np.stack([whole, whole]), atol=1e-6)


def test_switching_an_effect_on_leaves_the_draws_of_the_others_as_they_are() -> None:
    blank = np.zeros((28, 28), np.uint8)
    hidden = drawn(blank, Augmentation(erasing=1), 6, seed=3)
    assert hidden.any(axis=(1, 2)).all()
    both = drawn(blank, Augmentation(elastic=2, shear=9, stroke=1, erasing=1), 6, seed=3)
    np.testing.assert_array_equal(both, hidden)
    thin, thick = (
        extremes(POOL.images[0], Augmentation(stroke=0.5))[name].sum() for name in ("thinner", "thicker")
    )
    assert thin < POOL.images[0].sum() / 255 < thick

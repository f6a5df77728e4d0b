"""One warp per image does what SciPy's and Pillow's own rotation, shift and zoom do one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage, stats

from core.data import mnist
from core.data.augment import augment, draw_matrices, warp
from core.data.prepare import normalise
from core.model.specs import Augmentation

ALL = Augmentation(rotation=30, zoom=0.2, width_shift=0.1, height_shift=0.15)
Maps = NDArray[np.float64]


@pytest.fixture(scope="module")
def digits() -> NDArray[np.float32]:
    """Forty digits; a frame of two pixels stays empty, so that edges need no convention."""
    images = normalise(mnist.training().images[:40])[..., None]
    images[:, :2] = images[:, -2:] = images[:, :, :2] = images[:, :, -2:] = 0
    return images


def parts(maps: Maps) -> tuple[Maps, Maps, Maps, Maps]:
    """Return angle in degrees clockwise, zoom factor, shift down and shift right in pixels of each map."""
    turn, offset = maps[:, :, :2], maps[:, :, 2]
    angle = np.rad2deg(np.arctan2(turn[:, 1, 0], turn[:, 0, 0]))
    shift = -np.linalg.solve(turn, offset[..., None])[..., 0]
    return angle, 1 / np.sqrt(np.linalg.det(turn)), shift[:, 0], shift[:, 1]


def test_with_everything_off_the_images_come_back_untouched(digits) -> None:
    assert augment(digits, Augmentation(), np.random.default_rng(0)) is digits


def test_a_map_that_does_nothing_gives_the_same_images(digits) -> None:
    nothing = np.tile(np.eye(2, 3), (len(digits), 1, 1))
    np.testing.assert_array_equal(warp(digits, nothing), digits)


@settings(max_examples=40, deadline=None)
@given(
    rotation=st.floats(0, 180),
    zoom=st.floats(0, 0.5),
    shifts=st.tuples(st.floats(0, 0.5), st.floats(0, 0.5)),
    count=st.integers(1, 6),
    seed=st.integers(0, 2**63),
)
def test_shape_type_and_range_stay(rotation, zoom, shifts, count, seed) -> None:
    limits = Augmentation(rotation=rotation, zoom=zoom, width_shift=shifts[0], height_shift=shifts[1])
    noise = np.random.default_rng(seed).random((count, 28, 28, 1), np.float32).round()
    result = augment(noise, limits, np.random.default_rng(seed))
    assert (result.shape, result.dtype) == (noise.shape, np.float32)
    assert result.min() >= 0
    assert result.max() <= 1


def test_rotation_agrees_with_scipy_rotate(digits) -> None:
    maps = draw_matrices(len(digits), Augmentation(rotation=180), np.random.default_rng(1))
    turned = warp(digits, maps)
    for image, result, angle in zip(digits[..., 0], turned[..., 0], parts(maps)[0], strict=True):
        reference = ndimage.rotate(image, -angle, reshape=False, order=1)  # SciPy counts anticlockwise
        np.testing.assert_allclose(result, reference, atol=1e-5)


def test_a_positive_angle_turns_clockwise() -> None:
    above = np.zeros((1, 28, 28, 1), np.float32)
    above[0, 4, 13:15] = 1
    quarter = np.array([[[0, -1, 0], [1, 0, 0]]], float)
    assert parts(quarter)[0] == pytest.approx(90)
    assert np.argwhere(warp(above, quarter)[0, ..., 0]).tolist() == [[13, 23], [14, 23]]


def test_shifts_agree_with_scipy_shift(digits) -> None:
    maps = draw_matrices(
        len(digits), Augmentation(width_shift=0.3, height_shift=0.2), np.random.default_rng(2)
    )
    moved = warp(digits, maps)
    _, _, down, right = parts(maps)
    for image, result, *by in zip(digits[..., 0], moved[..., 0], down, right, strict=True):
        np.testing.assert_allclose(result, ndimage.shift(image, by, order=1), atol=1e-5)


def test_zoom_agrees_with_pillow(digits) -> None:
    maps = draw_matrices(len(digits), Augmentation(zoom=0.5), np.random.default_rng(3))
    zoomed = warp(digits, maps)
    for image, result, factor in zip(digits[..., 0], zoomed[..., 0], parts(maps)[1], strict=True):
        # Pillow counts from the corner of the image: what lies at x came from 14 + (x - 14) / factor.
        corner = 14 - 14 / factor
        reference = Image.fromarray(image).transform(
            (28, 28),
            Image.Transform.AFFINE,
            (1 / factor, 0, corner, 0, 1 / factor, corner),
            Image.Resampling.BILINEAR,
        )
        np.testing.assert_allclose(result, np.asarray(reference), atol=1e-4)


def test_a_positive_shift_moves_down_and_right_and_a_large_factor_enlarges() -> None:
    dot = np.zeros((1, 28, 28, 1), np.float32)
    dot[0, 10, 12] = 1
    moved = warp(dot, np.array([[[1, 0, -3], [0, 1, -5]]], float))
    assert np.argwhere(moved[0, ..., 0]).tolist() == [[13, 17]]
    square = np.zeros((1, 28, 28, 1), np.float32)
    square[0, 11:17, 11:17] = 1
    assert warp(square, np.array([[[0.5, 0, 0], [0, 0.5, 0]]])).sum() == pytest.approx(
        4 * square.sum(), rel=0.05
    )


@settings(max_examples=20, deadline=None)
@given(st.integers(-4, 4), st.integers(-4, 4), st.integers(0, 2**32))
def test_the_shift_comes_after_turn_and_zoom(down: int, right: int, seed: int) -> None:
    digit = normalise(mnist.training().images[:1])[..., None]
    digit[:, :7] = digit[:, 21:] = digit[:, :, :7] = digit[:, :, 21:] = 0  # so that no corner is turned out
    maps = draw_matrices(1, Augmentation(rotation=40, zoom=0.2), np.random.default_rng(seed))
    turned = warp(digit, maps)
    maps[0, :, 2] -= maps[0, :, :2] @ [down, right]
    expected = ndimage.shift(turned[0, ..., 0], (down, right), order=0)
    np.testing.assert_allclose(warp(digit, maps)[0, ..., 0], expected, atol=1e-5)


def test_every_quantity_is_drawn_uniformly_within_its_limits() -> None:
    drawn = parts(draw_matrices(4000, ALL, np.random.default_rng(4)))
    limits = [(-30, 30), (0.8, 1.2), (-0.15 * 28, 0.15 * 28), (-0.1 * 28, 0.1 * 28)]
    for values, (low, high) in zip(drawn, limits, strict=True):
        assert low - 1e-9 <= values.min() < values.max() <= high + 1e-9
        assert stats.kstest(values, stats.uniform(low, high - low).cdf).pvalue > 1e-3
    correlation = np.corrcoef(drawn) - np.eye(4)
    assert abs(correlation).max() < 0.06


def test_the_same_seed_gives_the_same_images_and_another_seed_others(digits) -> None:
    first, again, other = (augment(digits, ALL, np.random.default_rng(seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_image_of_a_batch_is_changed_in_its_own_way(digits) -> None:
    same = np.repeat(digits[:1], 20, axis=0)
    result = augment(same, ALL, np.random.default_rng(7))
    assert len(np.unique(result.reshape(20, -1), axis=0)) == 20


def test_the_images_given_are_not_changed(digits) -> None:
    before = digits.copy()
    augment(digits, ALL, np.random.default_rng(8))
    np.testing.assert_array_equal(digits, before)


def test_an_image_does_not_leak_into_its_neighbours(digits) -> None:
    maps = draw_matrices(len(digits), ALL, np.random.default_rng(9))
    alone = np.concatenate([warp(digits[i : i + 1], maps[i : i + 1]) for i in range(len(digits))])
    np.testing.assert_array_equal(warp(digits, maps), alone)

"""Every augmentation does what SciPy or Pillow do one by one, or what was worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage, stats

from core.data import mnist
from core.data.augment import augment, maps, warp
from core.data.prepare import normalise
from core.model.augmentations import Augmentation
from core.model.augmentations.elastic import displacements
from core.model.augmentations.erasing import erased
from core.model.augmentations.rotation import turns
from core.model.augmentations.shear import sheared
from core.model.augmentations.shift import shifts
from core.model.augmentations.stroke import restroked
from core.model.augmentations.zoom import zooms

FOUR = Augmentation(rotation=30, zoom=0.2, width_shift=0.1, height_shift=0.15)
ALL = FOUR.model_copy(update={"shear": 15, "elastic": 1, "stroke": 0.6, "erasing": 0.7})
Maps = NDArray[np.float64]


def draw_matrices(count: int, settings: Augmentation, rng: np.random.Generator) -> Maps:
    """Return the maps that the first four effects draw, in their order."""
    turn = turns(count, rng, settings.rotation) @ zooms(count, rng, settings.zoom)
    return maps(turn, shifts(count, rng, settings.width_shift, settings.height_shift))


def as_before(images: NDArray[np.float32], settings: Augmentation, seed: int) -> NDArray[np.float32]:
    """Return what SciPy makes of images in float64, as was done when there were four settings only."""
    rng, count = np.random.default_rng(seed), len(images)
    angle = np.deg2rad(rng.uniform(-settings.rotation, settings.rotation, count))
    scale = 1 / rng.uniform(1 - settings.zoom, 1 + settings.zoom, count)
    down = rng.uniform(-settings.height_shift, settings.height_shift, count)
    right = rng.uniform(-settings.width_shift, settings.width_shift, count)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    shift = -np.einsum("nij,nj->ni", turn, np.stack([28 * down, 28 * right], -1))
    at = turn @ (np.indices((28, 28)).reshape(2, -1) - 13.5) + shift[..., None] + 13.5
    which = np.broadcast_to(np.arange(count)[:, None], (count, 784))
    places = np.stack([which, at[:, 0], at[:, 1]])
    return ndimage.map_coordinates(images[..., 0], places, order=1).reshape(images.shape)


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
    limits=st.from_type(Augmentation),
    count=st.integers(1, 6),
    seed=st.integers(0, 2**63),
)
def test_shape_type_and_range_stay(limits, count, seed) -> None:
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


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.sampled_from([0, 0.02, 0.3, 1]), st.integers(0, 2**32))
def test_pixels_that_no_ink_can_reach_need_no_interpolation_to_be_0(
    count: int, ink: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    images = rng.random((count, 28, 28, 1), np.float32) * (rng.random((count, 28, 28, 1)) < ink)
    wild = np.concatenate([rng.normal(0, 1, (count, 2, 2)), rng.normal(0, 9, (count, 2, 1))], axis=2)
    field = rng.normal(0, 3, (count, 2, 784)).astype("float32")
    at = wild[:, :, :2] @ (np.indices((28, 28)).reshape(2, -1) - 13.5) + wild[:, :, 2:] + 13.5 + field
    on_edge = (np.minimum(abs(at), abs(at - 27)) < 1e-4).any(axis=1)  # rounding says whether that is outside
    for image, result, places, edge in zip(
        images[..., 0], warp(images, wild, field), at, on_edge, strict=True
    ):
        expected = ndimage.map_coordinates(image, places, order=1)
        np.testing.assert_allclose(result.ravel()[~edge], expected[~edge], atol=3e-5)


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
    drawn = parts(draw_matrices(4000, FOUR, np.random.default_rng(4)))
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
    maps = draw_matrices(len(digits), FOUR, np.random.default_rng(9))
    alone = np.concatenate([warp(digits[i : i + 1], maps[i : i + 1]) for i in range(len(digits))])
    np.testing.assert_array_equal(warp(digits, maps), alone)


settings_of_four = st.builds(
    Augmentation,
    rotation=st.sampled_from([0, 10, 33.3, 180]),
    zoom=st.sampled_from([0, 0.1, 0.37]),
    width_shift=st.sampled_from([0, 0.1, 0.21]),
    height_shift=st.sampled_from([0, 0.1, 0.07]),
)


@settings(max_examples=40, deadline=None)
@given(settings_of_four.filter(lambda limits: limits.is_on), st.integers(0, 2**32))
def test_a_seed_means_what_it_meant_before_there_were_others(digits, limits: Augmentation, seed: int) -> None:
    result = augment(digits, limits, np.random.default_rng(seed))
    np.testing.assert_allclose(result, as_before(digits, limits, seed), atol=1e-5)


@settings(max_examples=40, deadline=None)
@given(settings_of_four, st.integers(0, 2**32))
def test_what_the_first_four_draw_stays_when_others_join_them(
    digits, limits: Augmentation, seed: int
) -> None:
    with_it = limits.model_copy(update={"erasing": 1.0, "erasing_share": 0.1})
    result = augment(digits, with_it, np.random.default_rng(seed))
    expected = as_before(digits, limits, seed) if limits.is_on else digits
    covered = (abs(result - expected) > 1e-5).mean(axis=(1, 2, 3))
    assert covered.max() <= 0.1


def test_one_affine_map_is_drawn_up_to_the_last_part_that_is_on() -> None:
    def drawn(**limits: float) -> list[str]:
        return [draw.__name__ for _, draw, _ in Augmentation(**limits).steps()]

    assert drawn() == []
    assert drawn(rotation=5) == ["turns"]
    assert drawn(width_shift=0.1, stroke=0.5) == ["turns", "zooms", "shifts", "strokes"]
    assert drawn(erasing=0.1) == ["erased"]
    assert len(Augmentation().steps(off_too=True)) == len(Augmentation.effects()) == 7


def test_shear_agrees_with_pillow_and_leans_to_the_right(digits) -> None:
    degrees = np.linspace(-45, 45, len(digits))
    leaning = warp(digits, maps(sheared(degrees), np.zeros((len(digits), 2))))
    for image, result, angle in zip(digits[..., 0], leaning[..., 0], degrees, strict=True):
        lean = np.tan(np.deg2rad(angle))
        reference = Image.fromarray(image).transform(
            (28, 28), Image.Transform.AFFINE, (1, lean, -14 * lean, 0, 1, 0), Image.Resampling.BILINEAR
        )
        np.testing.assert_allclose(result, np.asarray(reference), atol=1e-4)
    dot = np.zeros((1, 28, 28, 1), np.float32)
    dot[0, 4:6, 13:15] = 1  # nine pixels above the centre
    moved = warp(dot, maps(sheared(np.array([45.0])), np.zeros((1, 2))))[0, ..., 0]
    assert ndimage.center_of_mass(moved) == pytest.approx((4.5, 13.5 + 9))


def test_elastic_displacements_are_smoothed_noise_of_the_strength_asked_for() -> None:
    drawn = displacements(2000, np.random.default_rng(10), 1.5, 4.0).reshape(2000, 2, 28, 28)
    assert abs(drawn.mean()) < 0.05
    np.testing.assert_allclose(drawn.std(axis=0), 1.5, rtol=0.08)  # at the edges as in the middle
    np.testing.assert_allclose(drawn.std(), 1.5, rtol=0.02)
    # What SciPy's Gaussian makes of the same noise, if rows are weighted so that edges are no calmer.
    noise = 2 * np.random.default_rng(10).random((2000, 2, 28, 28), np.float32) - 1
    smoothed = ndimage.gaussian_filter(noise[:3], 4, axes=(2, 3), mode="constant", truncate=8)
    at = np.arange(28)
    weights = stats.norm.pdf(at[:, None] - at, scale=4)
    norms = np.sqrt((weights**2).sum(axis=1))
    expected = 1.5 * np.sqrt(3) * smoothed / np.outer(norms, norms)
    np.testing.assert_allclose(drawn[:3], expected, atol=2e-3)
    # Neighbours move together over about σ: the correlation at a distance d is exp(−d² / 4σ²).
    middle = drawn[:, 0, 14, 12]
    for distance in (1, 4, 8):
        found = np.corrcoef(middle, drawn[:, 0, 14, 12 + distance])[0, 1]
        assert found == pytest.approx(np.exp(-(distance**2) / 64), abs=0.06)


def test_the_strength_of_simards_paper_is_what_is_said_of_it() -> None:
    noise = np.random.default_rng(11).uniform(-1, 1, (300, 300))
    field = 34 * ndimage.gaussian_filter(noise, 4)
    assert field.std() == pytest.approx(1.4, abs=0.1)


def test_elastic_images_are_read_where_the_field_says(digits) -> None:
    field = displacements(len(digits), np.random.default_rng(12), 2.0, 3.0)
    nothing = np.tile(np.eye(2, 3), (len(digits), 1, 1))
    bent = warp(digits, nothing, field)
    for image, result, (down, right) in zip(digits[..., 0], bent[..., 0], field, strict=True):
        rows, columns = np.indices((28, 28))
        at = [rows + down.reshape(28, 28), columns + right.reshape(28, 28)]
        np.testing.assert_allclose(result, ndimage.map_coordinates(image, at, order=1), atol=1e-5)
    assert not displacements(3, np.random.default_rng(0), 0.0, 3.0).any()
    still = augment(
        digits, Augmentation(rotation=1e-12, elastic=0, elastic_smoothness=2), np.random.default_rng(0)
    )
    np.testing.assert_allclose(still, digits, atol=1e-5)


@pytest.mark.parametrize("pixels", [-1.0, -0.7, -0.2, 0.0, 0.4, 1.0])
def test_strokes_are_scipys_dilation_and_erosion(digits, pixels: float) -> None:
    plus = ndimage.generate_binary_structure(2, 1)
    change = ndimage.grey_dilation if pixels > 0 else ndimage.grey_erosion
    result = restroked(digits, np.full(len(digits), pixels))
    for image, changed in zip(digits[..., 0], result[..., 0], strict=True):
        mixed = (1 - abs(pixels)) * image + abs(pixels) * change(image, footprint=plus)
        np.testing.assert_allclose(changed, mixed * image.max() / mixed.max(), atol=1e-5)


def test_a_bar_of_three_pixels_gets_five_or_one_wide() -> None:
    bar = np.zeros((2, 28, 28, 1), np.float32)
    bar[:, 5:20, 12:15] = 0.8
    thick, thin = restroked(bar, np.array([1.0, -1.0]))[..., 0]
    assert thick[10, 10:17].tolist() == pytest.approx([0, 0.8, 0.8, 0.8, 0.8, 0.8, 0])
    assert thin[10, 11:16].tolist() == pytest.approx([0, 0, 0.8, 0, 0])
    blank = np.zeros((1, 28, 28, 1), np.float32)
    np.testing.assert_array_equal(restroked(blank, np.array([-1.0])), blank)


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.floats(0.02, 0.5), st.integers(0, 2**32))
def test_what_is_erased_is_one_rectangle_of_at_most_the_share(chance: float, share: float, seed: int) -> None:
    paper = np.full((60, 28, 28, 1), -1, np.float32)
    result = erased(paper, np.random.default_rng(seed), chance, share)[..., 0]
    for covered in result >= 0:
        rows, columns = np.flatnonzero(covered.any(axis=1)), np.flatnonzero(covered.any(axis=0))
        assert covered.sum() == len(rows) * len(columns) <= share * 784
        assert not len(rows) or (np.ptp(rows) < len(rows) and np.ptp(columns) < len(columns))


def test_erasing_hits_its_share_of_the_images_and_the_area_is_the_one_drawn() -> None:
    paper = np.full((20_000, 28, 28, 1), -1, np.float32)
    covered = erased(paper, np.random.default_rng(13), 0.3, 0.4)[..., 0] >= 0
    hit = covered.any(axis=(1, 2))
    assert hit.mean() == pytest.approx(0.3, abs=0.015)
    rng = np.random.default_rng(13)
    rng.random(20_000)
    area = 784 * rng.uniform(0.02, 0.4, 20_000)[hit]
    found = covered[hit].sum(axis=(1, 2))
    height, width = covered[hit].any(axis=2).sum(axis=1), covered[hit].any(axis=1).sum(axis=1)
    assert (found <= area).all()
    assert ((height + 1) * (width + 1) > area).all()  # cut to whole pixels, no smaller than that
    assert (height / (width + 1) < 1 / 0.3).all()
    assert (width / (height + 1) < 1 / 0.3).all()
    assert np.median(np.log(height / width)) == pytest.approx(0, abs=0.05)
    where = covered[hit].mean(axis=0)
    np.testing.assert_allclose(where, where[::-1, ::-1], atol=0.03)  # no side is preferred
    noise = erased(paper, np.random.default_rng(14), 1.0, 0.5)
    assert stats.kstest(noise[noise >= 0], stats.uniform.cdf).pvalue > 1e-3

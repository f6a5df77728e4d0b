"""The figures that look into a network: sheets of maps, saliency, spreads, points, robustness, sprites."""

import base64
import io

import numpy as np
import pytest
from PIL import Image
from statsmodels.stats.proportion import proportion_confint

from core.data import mnist
from core.figures.inside import mosaic, plane, spread_figure
from core.figures.overlay import Look
from core.figures.pixels import outlined, pixels
from core.figures.robustness import Endurance, robustness_figure
from core.figures.saliency import saliency_figure
from core.figures.sheet import sheet as many
from core.figures.sprites import framed, sprites

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("count", [1, 7, 8, 9, 20])
def test_every_tile_stands_in_its_place_with_a_gap_around(count: int) -> None:
    tiles = RNG.normal(size=(count, 3, 5)).astype(np.float32)
    sheet = np.array(mosaic(tiles, "maps", signed=True).data[0].z, float)
    across = min(8, count)
    for place, tile in enumerate(tiles):
        row, column = place // across * 4, place % across * 6
        np.testing.assert_array_equal(sheet[row : row + 3, column : column + 5], tile)
    assert np.isfinite(sheet).sum() == tiles.size


def test_a_signed_sheet_is_centred_on_zero_and_an_empty_one_has_a_scale() -> None:
    heat = mosaic(np.array([[[-3.0, 1.0]]], np.float32), "weights", signed=True).data[0]
    assert (heat.zmin, heat.zmax) == (-3, 3)
    flat = mosaic(np.zeros((2, 2, 2), np.float32), "dead", signed=False).data[0]
    assert flat.zmin < flat.zmax


def test_saliency_lies_over_the_image_and_white_means_nothing() -> None:
    image = mnist.test().images[0]
    heat = RNG.normal(size=(28, 28)).astype(np.float32)
    under, over = saliency_figure(image, heat, "why").data
    np.testing.assert_allclose(np.array(under.z, float), image * 0.45)
    assert over.zmax == -over.zmin == pytest.approx(np.abs(heat).max())
    assert over.colorscale[1][1].endswith(", 0)")


def test_the_first_row_of_pixels_is_on_top_and_a_frame_surrounds_squares() -> None:
    figure = outlined(pixels(np.eye(4), "a diagonal", numbers=".0f"), 1, 2, 3, 2)
    assert figure.layout.yaxis.autorange == "reversed"
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 3.5, 0.5, 3.5)
    assert pixels(np.zeros((2, 2)), "nothing").data[0].zmax > 0


def test_bars_reach_from_percentile_to_percentile() -> None:
    figure = spread_figure(["conv", "dense"], [(-1, 0, 1, 2, 4), (0, 0, 0, 1, 2)], [1.2, 0.4])
    outer, inner, median, mean = figure.data
    assert (list(outer.base), list(outer.y)) == ([-1, 0], [5, 2])
    assert (list(inner.base), list(inner.y)) == ([0, 0], [2, 1])
    assert (list(median.y), list(mean.y)) == ([1, 0], [1.2, 0.4])


def test_points_know_their_image_and_wrong_ones_are_ringed() -> None:
    labels = np.array([3, 3, 7], np.uint8)
    points, images = np.zeros((3, 2), np.float32), np.zeros((3, 28, 28), np.uint8)
    figure = plane(points, images, labels, np.array([3, 5, 7]), "map")
    assert figure.layout.meta["sprites"] == sprites(images)
    assert [(trace.name, list(trace.customdata)) for trace in figure.data] == [("3", [0, 1]), ("7", [2])]
    assert [list(trace.marker.line.width) for trace in figure.data] == [[0, 2], [0]]
    assert [list(trace.text) for trace in figure.data] == [["3", "3 read as 5"], ["7"]]


def test_robustness_carries_wilsons_intervals() -> None:
    run = Endurance("a", "one", Look("#000000", "circle"), (0, 10), (490, 400), 500)
    (line,) = robustness_figure([run], "degrees").data
    for place, right in enumerate(run.right):
        low, high = proportion_confint(right, 500, method="wilson")
        assert line.y[place] + line.error_y.array[place] == pytest.approx(high)
        assert line.y[place] - line.error_y.arrayminus[place] == pytest.approx(low)


def test_a_framed_image_is_an_address_with_the_image_itself_four_times_as_large() -> None:
    image = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    kind, content = framed(image).split(",")
    assert kind == "data:image/png;base64"
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(content))))
    assert shown.shape == (112, 120, 4)
    assert not shown[:, :4].any()
    assert not shown[:, -4:].any()
    middle = shown[:, 4:-4]
    for channel in range(3):
        np.testing.assert_array_equal(middle[::4, ::4, channel], image)
        np.testing.assert_array_equal(middle[3::4, 3::4, channel], image)
    assert (middle[..., 3] == 255).all()


def test_sprites_are_the_images_themselves() -> None:
    images = mnist.test().images[:45]
    made = sprites(images)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(made["url"].split(",")[1]))))
    np.testing.assert_array_equal(sheet[28:56, 4 * 28 : 5 * 28], images[44])
    np.testing.assert_array_equal(sheet[:28, 39 * 28 : 40 * 28], images[39])


def test_images_on_a_sheet_are_parted_by_a_gap_so_that_their_ends_are_seen() -> None:
    images = np.full((3, 28, 28), 7, np.uint8)
    figure = many(images, "three", across=2)
    shown = np.array(figure.data[0].z, float)
    assert shown.shape == (58, 58)
    assert np.isnan(shown[28]).all()
    assert np.isnan(shown[:, 28]).all()
    assert np.isnan(shown[29:, 29:]).all()
    np.testing.assert_array_equal(shown[:28, 29:57], images[1])

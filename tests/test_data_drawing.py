"""Drawings become what MNIST's images are; what the canvas did not send is no drawing."""

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import center_of_mass

from core.data import mnist
from core.data.canvas import SIDE, ink_from
from core.data.drawing import prepare_drawing
from core.errors import DataError

TEST = mnist.test()


def png(pixels: np.ndarray, kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.fromarray((np.clip(pixels, 0, 1) * 255).astype(np.uint8)).save(buffer, kind)
    return buffer.getvalue()


def written(places: list[int], *, dark: bool = False, shaded: bool = True) -> np.ndarray:
    """Return a picture of MNIST digits, five in a row, on unevenly lit and grainy paper."""
    rng = np.random.default_rng(0)
    paper = np.full((600, 900), 0.9)
    for at, place in enumerate(places):
        digit = Image.fromarray(TEST.images[place]).resize((112, 112), Image.Resampling.BICUBIC)
        top, left = 60 + at // 5 * 250 + rng.integers(-15, 15), 40 + at % 5 * 170 + rng.integers(-15, 15)
        paper[top : top + 112, left : left + 112] -= 0.75 * np.asarray(digit) / 255
    if shaded:
        paper *= np.linspace(0.5, 1, 900)
    paper += rng.normal(0, 0.02, paper.shape)
    return 1 - paper if dark else paper


def test_mnists_own_images_come_out_as_they_went_in() -> None:
    for image in TEST.images[:500].astype(np.float32) / 255:
        np.testing.assert_array_equal(prepare_drawing(image).image, image)


@given(st.integers(0, 99), st.integers(0, 80), st.integers(0, 80))
def test_where_it_was_drawn_does_not_matter(place: int, down: int, right: int) -> None:
    sheet = np.zeros((SIDE, SIDE), np.float32)
    sheet[down : down + 56, right : right + 56] = np.kron(TEST.images[place] / 255, np.ones((2, 2)))
    drawn = prepare_drawing(sheet)
    home = np.zeros_like(sheet)
    home[:56, :56] = np.kron(TEST.images[place] / 255, np.ones((2, 2)))
    np.testing.assert_array_equal(drawn.image, prepare_drawing(home).image)
    assert max(drawn.fitted.shape) == 20
    assert np.abs(np.array(center_of_mass(drawn.image)) - 14).max() <= 1


def test_without_cropping_a_corner_stays_a_corner_and_without_centring_the_box_is_centred() -> None:
    sheet = np.zeros((SIDE, SIDE), np.float32)
    sheet[:35, :35] = 1
    assert prepare_drawing(sheet, crop=False, centre=False).image[:7, :7].min() > 0.5
    assert prepare_drawing(sheet, crop=False, centre=False).image[10:, 10:].max() == 0
    wedge = np.tril(np.ones((40, 40), np.float32))
    boxed = prepare_drawing(wedge, centre=False).image
    assert boxed[4:24, 4:24].sum() == boxed.sum()


def test_centring_alone_brings_a_small_digit_from_its_corner_into_the_middle() -> None:
    corner, middle = np.zeros((2, SIDE, SIDE), np.float32)
    corner[:56, :56] = middle[45:101, 40:96] = np.kron(TEST.images[3] / 255, np.ones((2, 2)))
    moved = prepare_drawing(corner, crop=False).image
    np.testing.assert_allclose(moved, prepare_drawing(middle, crop=False).image, atol=0.02)
    assert np.abs(np.array(center_of_mass(moved)) - 14).max() <= 0.5


@pytest.mark.parametrize("empty", [np.zeros((SIDE, SIDE), np.float32), np.zeros((0, 0), np.float32)])
def test_an_empty_drawing_is_refused(empty: np.ndarray) -> None:
    with pytest.raises(DataError, match="The drawing is empty"):
        prepare_drawing(empty)


def test_only_what_the_canvas_sends_is_ink() -> None:
    ink = np.zeros((SIDE, SIDE))
    ink[20:40, 20:40] = 1
    url = "data:image/png;base64," + base64.b64encode(png(ink)).decode()
    found = ink_from(url)
    assert found is not None
    np.testing.assert_array_equal(found, ink)
    blank = "data:image/png;base64," + base64.b64encode(png(np.zeros((SIDE, SIDE)))).decode()
    small = "data:image/png;base64," + base64.b64encode(png(np.ones((9, 9)))).decode()
    size = struct.pack(">II", 100_000, 100_000)
    header = b"\x00\x00\x00\rIHDR" + size + b"\x08\x00\x00\x00\x00"
    huge = b"\x89PNG\r\n\x1a\n" + header + struct.pack(">I", zlib.crc32(header[4:]))
    bomb = "data:image/png;base64," + base64.b64encode(huge).decode()
    for other in (None, "", 3, "data:,x", "data:image/png;base64,%%", "x" * 300_000, blank, small, bomb):
        assert ink_from(other) is None

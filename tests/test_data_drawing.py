"""Drawings become what MNIST's images are; photographs give up their digits; bad ones cost one sentence."""

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import center_of_mass

from core.data import mnist
from core.data.canvas import SIDE, ink_from
from core.data.drawing import prepare_drawing
from core.data.photo import find_digits, ink_of, read_photo
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


@pytest.mark.parametrize("dark", [False, True], ids=["dark on light", "light on dark"])
def test_ten_digits_on_shaded_paper_are_found_in_reading_order(dark: bool) -> None:
    ink = ink_of(read_photo(png(written(list(range(10)), dark=dark), "JPEG"), "photo.jpg"))
    boxes = find_digits(ink)
    assert len(boxes) == 10
    for box, place in zip(boxes, range(10), strict=True):
        ours, theirs = prepare_drawing(box.cut(ink)).image, TEST.images[place]
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.75


def test_a_digit_in_the_shade_is_as_bright_as_one_in_the_light() -> None:
    ink = ink_of(read_photo(png(written([0, 1, 2, 3, 4])), "photo.png"))
    assert [float(box.cut(ink).max()) for box in find_digits(ink)] == [1, 1, 1, 1, 1]


def test_a_stroke_apart_above_belongs_to_its_digit_and_specks_do_not() -> None:
    ink = np.zeros((300, 300), np.float32)
    ink[60:70, 60:120] = ink[80:160, 60:70] = ink[150:160, 60:120] = 1  # a bar, then the rest of the digit
    ink[60:160, 200:215] = 1
    ink[250:253, 30:33] = 1
    assert [(box.left, box.top) for box in find_digits(ink)] == [(60, 60), (200, 60)]


def test_a_photo_is_turned_upright_and_made_smaller() -> None:
    picture = Image.fromarray((written([0]) * 255).clip(0, 255).astype(np.uint8)).resize((3000, 2000))
    exif = picture.getexif()
    exif[0x0112] = 6  # lies on its side
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", exif=exif)
    assert read_photo(buffer.getvalue(), "photo.jpg").shape == (1200, 800)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"hello", "note.png is no picture: expected PNG"),
        (b"", "note.png is no picture"),
        (png(written([0, 1]))[:9000], "note.png cannot be read"),
    ],
    ids=["text", "nothing", "cut off"],
)
def test_what_is_no_picture_is_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        read_photo(content, "note.png")
    with pytest.raises(DataError, match="There is no file"):
        read_photo(Path("/nowhere/at/all.png"), "all.png")


@pytest.mark.parametrize("size", [(10_000, 5_000), (20_000, 10_000)], ids=["50 megapixels", "200 megapixels"])
def test_a_huge_picture_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new("1", size).save(buffer, "PNG")
    with pytest.raises(DataError, match=f"expected at most {MOST_MEGAPIXELS}"):
        read_photo(buffer.getvalue(), "huge.png")


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_blank_paper_holds_no_digit(grey: float) -> None:
    with pytest.raises(DataError, match="Nothing is written here"):
        ink_of(np.full((200, 300), grey, np.float32))


def test_only_what_the_canvas_sends_is_ink() -> None:
    ink = np.zeros((SIDE, SIDE))
    ink[20:40, 20:40] = 1
    url = "data:image/png;base64," + base64.b64encode(png(ink)).decode()
    found = ink_from(url)
    assert found is not None
    np.testing.assert_array_equal(found, ink)
    blank = "data:image/png;base64," + base64.b64encode(png(np.zeros((SIDE, SIDE)))).decode()
    small = "data:image/png;base64," + base64.b64encode(png(np.ones((9, 9)))).decode()
    for other in (None, "", 3, "data:,x", "data:image/png;base64,%%", "x" * 300_000, blank, small):
        assert ink_from(other) is None

"""Digits are found on photographs of many kinds, one by one in reading order; else a sentence says so."""

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from benchmarks.camera import take
from benchmarks.photos import matched
from benchmarks.scenes import SCENES
from core.data import mnist
from core.data.cuts import cut_apart
from core.data.drawing import prepare_drawing
from core.data.light import stroke_of
from core.data.marks import MOST_DIGITS, find_digits
from core.data.photo import MOST_CONTRAST, Seen, ink_of, look
from core.errors import DataError
from tests.test_data_drawing import png, written

TEST = mnist.test()
KINDS = {scene.name: (seed, scene) for seed, scene in enumerate(SCENES)}
ALL_FOUND = (
    *("daylight, black pen", "dim evening light", "a note on wood", "a hard shadow", "squared, pencil"),
    *("yellow pad, blue pen", "red pencil, squared", "three ruled rows, slanted"),
    *("white-board, green marker", "chalk on green", "on its side, by EXIF", "felt pen, close"),
)


def sheet(digits: list[int], *, paper: float = 0.9, ink: float = 0.2, scale: int = 10) -> np.ndarray:
    """Return test images of MNIST side by side on even paper, float (60 scale, 30 scale n)."""
    rows = [np.pad(TEST.images[place] / 255, ((16, 16), (1, 1))) for place in digits]
    return paper - (paper - ink) * np.kron(np.hstack(rows), np.ones((scale, scale)))


def inked(image: np.ndarray) -> np.ndarray:
    rows, columns = (np.flatnonzero((image > 100).any(axis=axis)) for axis in (1, 0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def enlarged(image: np.ndarray) -> tuple[np.ndarray, float]:
    """Return an image 100 pixels high, float 0…1, and how wide its strokes are."""
    size = round(100 * image.shape[1] / image.shape[0]), 100
    large = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BICUBIC), np.float32) / 255
    return large, stroke_of(large > 0.5)


def pair(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, float]:
    """Return two images 100 pixels high, the second slid left until it touches the first."""
    (a, _), (b, _) = enlarged(inked(one)), enlarged(inked(other))
    both = np.zeros((100, a.shape[1] + b.shape[1]), np.float32)
    both[:, : a.shape[1]] = a
    left = next(
        at for at in range(a.shape[1], -1, -1) if (both[:, at:][:, : b.shape[1]] * b > 0.25).sum() > 30
    )
    both[:, left : left + b.shape[1]] = np.maximum(both[:, left : left + b.shape[1]], b)
    return both[:, : max(a.shape[1], left + b.shape[1])], stroke_of(both > 0.5)


def boxes(seen: Seen, reading: int = 0) -> list[tuple[int, int]]:
    return [(digit.height, digit.width) for digit in seen.readings[reading].digits]


@pytest.mark.parametrize("name", ALL_FOUND)
def test_all_digits_of_a_picture_are_found_in_reading_order(name: str) -> None:
    seed, scene = KINDS[name]
    taken = take(scene, seed, scale=0.35 if scene.megapixels < 8 else 0.2)
    seen = look(taken.content, taken.name)
    assert len(seen.readings) == 1
    pairs = matched(seen.readings[0].digits, taken, seen.photo.shape)
    assert pairs == [(at, at) for at in range(len(taken.digits))]
    assert len(seen.readings[0].digits) == len(taken.digits)


@pytest.mark.parametrize("dark", [False, True], ids=["dark on light", "light on dark"])
def test_what_is_cut_out_looks_like_the_image_that_was_written(dark: bool) -> None:
    seen = look(png(written(list(range(10)), dark=dark), "JPEG"), "photo.jpg")
    assert [reading.ink for reading in seen.readings] == ["light" if dark else "dark"]
    for digit, place in zip(seen.readings[0].digits, range(10), strict=True):
        ours, theirs = prepare_drawing(digit.ink).image, TEST.images[place]
        assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.75


@given(paper=st.floats(0.3, 1), share=st.floats(0.05, 0.6))
@settings(deadline=None, max_examples=6)
def test_however_dim_the_light_the_ink_is_what_is_darker_than_its_paper(paper: float, share: float) -> None:
    seen = look(png(sheet([0, 1, 2], paper=paper, ink=paper * share, scale=5)), "dim.png")
    assert [reading.ink for reading in seen.readings] == ["dark"]
    well_lit = look(png(sheet([0, 1, 2], scale=5)), "lit.png")
    np.testing.assert_allclose(boxes(seen), boxes(well_lit), atol=4)


def test_a_digit_in_the_shade_is_as_bright_as_one_in_the_light() -> None:
    seen = look(png(written([0, 1, 2, 3, 4])), "photo.png")
    assert [float(digit.ink.max()) for digit in seen.readings[0].digits] == [1] * 5


def test_a_sheet_on_a_dark_desk_is_read_as_without_the_desk() -> None:
    desk = np.full((900, 1200), 0.12)
    desk[150:750, 150:1050] = sheet([0, 1, 2])
    on_desk, alone = (look(png(page), "photo.png") for page in (desk, sheet([0, 1, 2])))
    np.testing.assert_allclose(boxes(on_desk), boxes(alone), atol=2)
    assert (on_desk.readings[0].digits[0].top - alone.readings[0].digits[0].top) == pytest.approx(150, abs=2)


def test_the_lines_of_squared_paper_are_taken_out_and_leave_no_gaps() -> None:
    page = sheet([0, 1, 2], ink=0.35)
    lined = page.copy()
    lined[15::40] = np.minimum(lined[15::40], 0.55)
    lined[:, 15::40] = np.minimum(lined[:, 15::40], 0.55)
    plain, squared = (ink_of(look(png(each), "p.png").photo) for each in (page, lined))
    there = plain > 0.5
    assert (squared[there] > 0.3).mean() > 0.97
    assert (squared[plain == 0] > 0.3).mean() < 0.002


def test_touching_digits_are_cut_apart_and_single_ones_stay_whole() -> None:
    """Training images slid together until they touch; the widest of single ones are wider than high."""
    images = mnist.training().images
    apart = [len(cut_apart(*pair(images[at], images[at + 1]))) for at in range(0, 200, 2)]
    widest = sorted(range(1000), key=lambda at: -inked(images[at]).shape[1] / inked(images[at]).shape[0])
    whole = [len(cut_apart(*enlarged(inked(images[at])))) for at in widest[:60]]
    assert apart.count(2) > 45
    assert whole.count(1) > 40


def test_each_of_several_touching_digits_gets_its_own_stem() -> None:
    """Three sevens, each bar as long as to the one before: elsewhere cut, a part has two stems, or none."""
    starts = (0, 74, 148)
    chain = np.zeros((100, 222), np.float32)
    for left in starts:
        chain[:, left + 50 : left + 62] = chain[:12, left : left + 74] = 1
    stems = [list(np.flatnonzero(part.min(axis=0) > 0)) for part in cut_apart(chain[:, :210], 12)]
    assert stems == [list(range(left + 50, left + 62)) for left in starts]


def test_a_stroke_apart_above_belongs_to_its_digit_and_specks_do_not() -> None:
    ink = np.zeros((300, 300), np.float32)
    ink[60:70, 60:120] = ink[80:160, 60:70] = ink[150:160, 60:120] = 1  # a bar, then the rest of the digit
    ink[60:160, 200:215] = 1
    ink[250:253, 30:33] = 1
    assert [(digit.left, digit.top) for digit in find_digits(ink)] == [(60, 60), (200, 60)]


def test_two_close_rows_stay_two_rows_and_a_slanted_row_is_one() -> None:
    ink = np.zeros((500, 900), np.float32)
    for row in range(2):
        for column in range(6):
            top, left = 60 + 125 * row + 18 * column, 60 + 130 * column
            ink[top : top + 100, left : left + 14] = ink[top + 86 : top + 100, left : left + 60] = 1
    places = [(digit.top, digit.left) for digit in find_digits(ink)]
    assert places == [(60 + 125 * r + 18 * c, 60 + 130 * c) for r in range(2) for c in range(6)]


def test_where_it_is_unsure_which_is_ink_both_readings_are_given() -> None:
    """Half a page in dark ink on light paper, half in light ink on dark: nothing tells which is meant."""
    page = sheet([0, 1], scale=5)
    page = np.hstack([page, 1.1 - page])
    seen = look(png(page), "both.png")
    assert {reading.ink for reading in seen.readings} == {"dark", "light"}
    for ink, half in (("dark", range(300)), ("light", range(300, 600))):
        (reading,) = look(png(page), "both.png", ink).readings
        assert reading.ink == ink
        assert sum(digit.left in half for digit in reading.digits) == 2


def test_more_contrast_finds_fainter_strokes() -> None:
    faint = png(sheet([0, 1, 2], ink=0.82))
    with pytest.raises(DataError, match="Nothing is written here that stands out"):
        look(faint, "faint.png")
    assert len(look(faint, "faint.png", contrast=3).readings[0].digits) == 3


@pytest.mark.parametrize("contrast", [0, 0.2, MOST_CONTRAST + 0.1, float("nan")])
def test_a_contrast_that_does_not_exist_is_refused(contrast: float) -> None:
    with pytest.raises(DataError, match=r"Expected a contrast of 0\.3 to 3, got"):
        look(png(sheet([0])), "note.png", contrast=contrast)


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("grain", [0.0, 0.03], ids=["even", "grainy"])
def test_blank_paper_holds_no_digit(grey: float, grain: float) -> None:
    noise = np.random.default_rng(0).normal(0, grain, (400, 600)) if grain else 0
    with pytest.raises(DataError, match=r"Nothing is written here|No digit is found"):
        look(png(np.full((400, 600), grey) + noise), "blank.png")


def test_too_many_marks_to_be_digits_are_one_sentence() -> None:
    ink = np.zeros((800, 1000), np.float32)
    for top in range(20, 780, 90):
        for left in range(20, 980, 90):
            ink[top : top + 50, left : left + 10] = 1
    with pytest.raises(DataError, match=f"marks are found, expected at most {MOST_DIGITS} digits"):
        find_digits(ink)


def test_an_image_of_mnist_itself_is_read_as_it_is() -> None:
    for place in range(5):
        buffer = io.BytesIO()
        Image.fromarray(TEST.images[place]).save(buffer, "PNG")
        (reading,) = look(buffer.getvalue(), "digit.png").readings
        (digit,) = reading.digits
        ours = prepare_drawing(digit.ink).image
        assert np.corrcoef(ours.ravel(), TEST.images[place].ravel())[0, 1] > 0.9, place


def test_a_picture_of_a_single_row_or_column_of_pixels_is_one_sentence() -> None:
    for size in ((1, 1), (1, 900), (5000, 1), (3, 2)):
        with pytest.raises(DataError):
            look(png(np.random.default_rng(0).random(size)), "line.png")

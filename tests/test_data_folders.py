"""Pictures in folders named by their digit are read to the bit; what is none or too much is named."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.analysis.enough import enough
from core.data import archive, folders, kaggle, mnist
from core.data.archive import Wanted
from core.data.dropped import dropped
from core.data.kaggle import Reading
from core.data.named_digits import number_of
from core.errors import DataError
from core.terminal.data import checked, read_pool
from tests.test_data_archive import packed
from tests.test_data_dialects import ROWS, csv_text

IMAGES, LABELS = mnist.training().images[:20], mnist.training().labels[:20]
OWN = "Each picture is the digit that its folder is named by"
READERS: dict[Wanted, Callable[[IO[bytes], str], Reading]] = {
    Wanted.LABELLED: kaggle.read_labelled,
    Wanted.EITHER: kaggle.read_either,
    Wanted.UNLABELLED: kaggle.read_unlabelled,
}
JUNK: dict[str, str | bytes] = {
    "__MACOSX/train/3/._1.png": b"\x00\x05\x16\x07",
    "train/.DS_Store": b"\x00\x00\x00\x01Bud1",
    "train/3/Thumbs.db": b"\xd0\xcf\x11\xe0",
    "train/3/": b"",
    "train/README.md": "Digits",
}


def picture(pixels: np.ndarray, kind: str = "PNG", mode: str | None = None, **options: object) -> bytes:
    """Return grey values (h, w) as a picture's file, in another mode if one is named."""
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, kind, **options)
    return buffer.getvalue()


def sorted_by_digit(above: str, count: int = 20, start: int = 0) -> dict[str, str | bytes]:
    """Return so many of the known images as PNG, in folders named by their digits."""
    places = range(start, start + count)
    return {f"{above}{LABELS[at]}/{at:05}.png": picture(IMAGES[at]) for at in places}


def read(members: Mapping[str, str | bytes], wanted: Wanted = Wanted.LABELLED) -> Reading:
    return READERS[wanted](io.BytesIO(packed(dict(members))), "all.zip")


def refusal(members: Mapping[str, str | bytes], wanted: Wanted = Wanted.LABELLED) -> str:
    with pytest.raises(DataError) as caught:
        read(members, wanted)
    assert str(caught.value).count("\n") == 0
    return str(caught.value)


def has_images(found: Reading, places: range) -> None:
    """Check that a reading holds the known images of these places to the bit, in the order of their paths."""
    order = sorted(places, key=lambda at: (LABELS[at], at))
    np.testing.assert_array_equal(found.images, IMAGES[order])
    np.testing.assert_array_equal(found.labels, LABELS[order])
    assert found.labels is not None
    assert found.labels.dtype == np.uint8


@pytest.mark.parametrize(
    "above", ["", "train/", "mnist_png/training/", "./a/b c/dataset/", "a\\train\\", "/"]
)
def test_grey_pictures_of_28_pixels_are_read_to_the_bit_wherever_their_folders_lie(above: str) -> None:
    for wanted in (Wanted.LABELLED, Wanted.EITHER):
        found = read(sorted_by_digit(above) | JUNK, wanted)
        has_images(found, range(20))
        assert found.how == f"{OWN}."


ENGLISH = ("zero", "One", "TWO", "three", "Four", "five", "six", "seven", "eight", "nine")
GERMAN = ("null", "eins", "zwei", "drei", "vier", "fu\u0308nf", "sechs", "sieben", "acht", "neun")
FRENCH = ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
SPANISH = ("Cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")


@pytest.mark.parametrize("words", [ENGLISH, GERMAN, FRENCH, SPANISH], ids=["en", "de", "fr", "es"])
@pytest.mark.parametrize("form", ["{word}", "{n}", "0{n}", "digit_{n}", "Class {n}", "{n} - {word}"])
def test_a_folder_may_be_named_by_its_digit_in_words(words: tuple[str, ...], form: str) -> None:
    names = [form.format(word=word, n=n) for n, word in enumerate(words)]
    members: dict[str, str | bytes] = {
        f"train/{names[LABELS[at]]}/{at:05}.png": picture(IMAGES[at]) for at in range(20)
    }
    found = read(members)
    order = sorted(range(20), key=lambda at: (names[LABELS[at]], at))
    np.testing.assert_array_equal(found.images, IMAGES[order])
    np.testing.assert_array_equal(found.labels, LABELS[order])


@pytest.mark.parametrize(
    "name", ["Sample003", "3 - four", "3%", "3.5", "sevens", "3 of 9", "fold 3", "数字", "class", "x3"]
)
def test_a_folder_whose_name_says_anything_else_names_no_digit(name: str) -> None:
    sentence = refusal({f"{name}/{at}.png": picture(IMAGES[at]) for at in range(2)})
    assert sentence.startswith("all.zip is a zip of two pictures, expected ")


def test_a_zip_of_pictures_that_was_zipped_once_more_is_read() -> None:
    found = read(
        {"digits/": b"", "digits/digits.zip": packed(sorted_by_digit("")), "__MACOSX/._digits.zip": b""}
    )
    has_images(found, range(20))


def test_the_order_is_that_of_the_paths_not_of_the_zip() -> None:
    members = sorted_by_digit("train/")
    turned = dict(reversed(members.items()))
    assert read(members).dataset.fingerprint == read(turned).dataset.fingerprint


def test_of_training_and_testing_folders_the_training_ones_are_taken() -> None:
    members = sorted_by_digit("mnist_png/training/", 12) | sorted_by_digit("mnist_png/testing/", 8, 12)
    found = read(members)
    has_images(found, range(12))
    taken = "from the archive mnist_png/training was taken, mnist_png/testing stayed in it"
    assert found.how == f"{OWN}; {taken}."


def test_the_inner_folder_says_what_is_for_training_and_the_larger_of_two_is_taken() -> None:
    members = sorted_by_digit("test-train/trainingSample/trainingSample/", 4)
    members |= sorted_by_digit("test-train/trainingSet/trainingSet/", 12)
    members |= sorted_by_digit("test-train/testSet/", 8, 12)
    found = read(members | {"test-train/cover.jpg": b"no digit"})
    has_images(found, range(12))
    assert "trainingSet/trainingSet was taken, " in found.how
    assert found.how.endswith("; one picture outside of such folders stayed in it.")


def test_files_of_other_kinds_beside_the_pictures_are_told_and_what_windows_saves_as_jfif_is_read() -> None:
    members = sorted_by_digit("train/", 12) | {"train/notes.txt": b""}
    names = ("train/3/IMG_1.HEIC", "train/3/IMG_2.HEIC", "train/3/Thumbs.db")
    beside: dict[str, str | bytes] = dict.fromkeys(names, b"")
    told = "two files of other kinds stayed in it, such as train/3/IMG_1.HEIC"
    assert read(members | beside).how == f"{OWN}; {told}."
    jpeg = {"train/3/z.jfif": picture(IMAGES[12], "JPEG")}
    assert len(read(members | jpeg).images) == 13
    in_testing = sorted_by_digit("test/", 4, 12) | {"test/3/IMG_1.HEIC": b""}
    assert "other kinds" not in read(members | in_testing).how


def test_folders_of_several_writers_are_taken_together_and_a_test_set_alone_is_read() -> None:
    both = read(sorted_by_digit("anna/", 6) | sorted_by_digit("zoe/", 6, 6))
    for half, places in ((slice(6), range(6)), (slice(6, 12), range(6, 12))):
        has_images(Reading("", both.images[half], both.dataset.labels[half], ""), places)
    found = read(sorted_by_digit("", 6) | sorted_by_digit("val/", 6, 6))
    has_images(found, range(6))
    assert found.how == f"{OWN}; from the archive the top folder was taken, val stayed in it."
    alone = read(sorted_by_digit("test/", 6))
    has_images(alone, range(6))
    assert alone.how == f"{OWN}; the folders are called testing ones, of others there are none."


def test_a_table_that_is_called_as_wanted_is_preferred_and_any_other_is_not() -> None:
    pictures, table = sorted_by_digit("train/", 6), csv_text(ROWS[:8])
    np.testing.assert_array_equal(read(pictures | {"train.csv": table}).images, IMAGES[:8])
    has_images(read(pictures | {"sample_submission.csv": "ImageId,Label\n1,0\n"}), range(6))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "I;16"])
def test_grey_that_is_written_in_another_mode_is_the_same(mode: str) -> None:
    deep = IMAGES[:6].astype(np.uint16) * 257
    members = {
        f"{LABELS[at]}/{at}.png": picture(deep[at]) if mode == "I;16" else picture(IMAGES[at], mode=mode)
        for at in range(6)
    }
    has_images(read(members), range(6))


def test_colour_becomes_grey_ink_on_nothing_dark_on_white_and_jpeg_nearly_what_it_was() -> None:
    colour = np.zeros((28, 28, 3), np.uint8)
    colour[4:24, 10:18] = 255, 0, 0
    ink = np.zeros((28, 28, 4), np.uint8)
    ink[4:24, 10:18, 3] = 255
    jpeg = picture(IMAGES[0], "JPEG", quality=95)
    found = read({"1/a.png": picture(colour), "1/b.png": picture(ink), "1/img (4).JPG": jpeg}).images
    assert set(np.unique(found[0])) == {0, 76}  # 0.299 of 255, as ITU-R BT.601 has it
    np.testing.assert_array_equal(found[1], 255 - ink[..., 3])
    assert np.abs(found[2].astype(int) - IMAGES[0]).mean() < 3


def test_pictures_of_one_other_size_are_averaged_over_areas() -> None:
    large = {
        f"{LABELS[at]}/{at}.png": picture(np.kron(IMAGES[at], np.ones((3, 3), np.uint8))) for at in range(6)
    }
    found = read(large)
    has_images(found, range(6))
    assert found.how == f"{OWN}; 84×84 pixels were resized to 28×28."
    small = read({"3/a.png": picture(np.full((8, 8), 200, np.uint8))})
    assert (small.images == 200).all()


@pytest.mark.parametrize(
    ("shape", "sentence"),
    [
        ((28, 60), "all.zip (3/a.png) has 60×28 pixels, expected a square with one digit, "),
        ((4, 4), "all.zip (3/a.png) has 4×4 pixels, expected a square with one digit, "),
        (
            (1200, 1200),
            "all.zip (3/a.png) has 1,200×1,200 pixels, expected a digit of 28×28, at most 1,000 a side.",
        ),
    ],
)
def test_a_size_that_no_digit_has_is_refused(shape: tuple[int, int], sentence: str) -> None:
    assert refusal({"3/a.png": picture(np.zeros(shape, np.uint8))}).startswith(sentence)


def test_different_sizes_are_refused_by_name() -> None:
    odd = picture(np.zeros((32, 30), np.uint8))
    assert refusal(sorted_by_digit("train/") | {"train/9/z.png": odd}) == (
        "all.zip (train/9/z.png) has 30×32 pixels and those before it 28×28, expected 28×28, or one "
        "size for all."
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "is empty, no picture: "),
        (b"Not Found", "is text, no picture: "),
        (bytes(range(256)), "is no picture: "),
        (picture(IMAGES[0])[:-60], "cannot be read as a picture: it is damaged."),
    ],
)
def test_a_picture_that_is_none_is_named_with_its_place(content: bytes, what: str) -> None:
    sentence = refusal(sorted_by_digit("train/") | {"train/3/17.png": content})
    assert sentence.startswith(f"all.zip (train/3/17.png) {what}")


def test_folders_with_two_meanings_are_refused() -> None:
    many = sorted_by_digit("train/", 6) | {"train/10/1.png": picture(IMAGES[0])}
    assert refusal(many) == (
        "all.zip has pictures in a folder named by a larger number than 9 (train/10/1.png), expected folders "
        "0 to 9."
    )
    nested = {"train/3/5/1.png": picture(IMAGES[0])}
    assert refusal(nested) == (
        "all.zip has folders named by digits in such folders (train/3/5/1.png), expected one digit for each "
        "picture."
    )


def test_where_no_labels_are_wanted_pictures_are_still_named_for_what_they_are() -> None:
    sentence = refusal(sorted_by_digit("", 6), Wanted.UNLABELLED)
    assert sentence.startswith("all.zip is a zip of six pictures, expected a CSV file")


# What strangers send


def test_a_path_that_leads_elsewhere_is_no_picture_and_none_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert refusal({"../../3/1.png": picture(IMAGES[0])}).startswith("all.zip is a zip of one picture, ")
    read({"/3/1.png": picture(IMAGES[0])})
    assert list(tmp_path.iterdir()) == []


def test_too_many_or_too_large_pictures_are_refused_before_anything_is_unpacked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(folders, "read_member", lambda *_: pytest.fail("unpacked"))
    monkeypatch.setattr(archive, "MAX_BYTES", 15_000)
    assert (
        refusal(sorted_by_digit("", 20)) == "all.zip holds 20 pictures, the limit is 19 (MNIST has 70,000)."
    )
    assert refusal({"3/a.png": bytes(15_001)}) == "all.zip has “3/a.png” with 0.0 MB, the limit is 0.0 MB."
    bombs: dict[str, str | bytes] = {f"3/{at}.png": bytes(8_000) for at in range(2)}
    assert refusal(bombs) == "all.zip has pictures of 0 MB unpacked, the limit is 0 MB."
    monkeypatch.setattr(archive, "_MOST_ENTRIES", 19)
    assert refusal(sorted_by_digit("", 20)) == "all.zip holds 20 files, the limit is 19."


def test_many_large_pictures_are_refused_after_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MOST_PIXELS", 84 * 84)
    large = picture(np.zeros((84, 84), np.uint8))
    assert refusal({"3/a.png": large, "3/b.png": large}) == (
        "all.zip (3/a.png) has 84×84 pixels, too many for two pictures: make them 28×28 first."
    )


def test_a_size_that_is_understated_a_link_and_a_password_are_one_sentence() -> None:
    content = packed({"3/a.png": picture(IMAGES[0]) + bytes(50_000)})
    size = len(picture(IMAGES[0])) + 50_000
    understated = content.replace(struct.pack("<L", size), struct.pack("<L", 100))
    assert understated != content
    with pytest.raises(DataError, match=r"^all\.zip \(3/a\.png\) is damaged in the archive"):
        kaggle.read_labelled(io.BytesIO(understated), "all.zip")
    link, buffer = zipfile.ZipInfo("3/a.png"), io.BytesIO()
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(buffer, "w") as written:
        written.writestr(link, "/etc/passwd")
    with pytest.raises(DataError, match=r"has “3/a\.png” as a link"):
        kaggle.read_labelled(buffer, "all.zip")
    locked = bytearray(packed({"3/a.png": picture(IMAGES[0])}))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(DataError, match="locked with a password"):
        kaggle.read_labelled(io.BytesIO(locked), "all.zip")


@given(st.data())
def test_a_zip_with_a_flipped_byte_is_read_or_costs_one_sentence(data: st.DataObject) -> None:
    content = bytearray(packed(sorted_by_digit("train/", 3)))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    with suppress(DataError):
        assert kaggle.read_labelled(io.BytesIO(content), "all.zip").images.shape[1:] == (28, 28)


NAMES = st.text(st.characters(exclude_characters="/\\\0", codec="utf-8"), min_size=1, max_size=30).filter(
    lambda name: not name.startswith((".", "__macosx")) and number_of(name) is None
)


@given(above=NAMES, file=NAMES)
def test_names_may_be_anything(above: str, file: str) -> None:
    assert read({f"{above}/3/{file}.png": picture(IMAGES[0])}).labels is not None
    assert len(refusal({f"{above}/3/{file}.png": b"Not Found"})) < 250


@pytest.mark.parametrize("name", [b"\xdcbung", b"\x83\x5e", b"\xff\xfe"])
def test_a_name_in_no_known_encoding_is_read_and_one_that_claims_utf_8_costs_a_sentence(name: bytes) -> None:
    plain = packed({f"{'x' * len(name)}/3/a.png": picture(IMAGES[0])})
    content = plain.replace(b"x" * len(name) + b"/3", name + b"/3")
    np.testing.assert_array_equal(kaggle.read_labelled(io.BytesIO(content), "all.zip").images[0], IMAGES[0])
    claims = bytearray(content)
    claims[claims.index(b"PK\x01\x02") + 9] |= 8
    with pytest.raises(DataError, match="is a damaged archive"):
        kaggle.read_labelled(io.BytesIO(claims), "all.zip")


# In the folder data/ and in the terminal


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """Return a zip with 20 pictures to train on, two of them MNIST's test images, and others to test."""
    images, labels = mnist.test().images[:2], mnist.test().labels[:2]
    leaks = {f"training/{labels[at]}/t{at}.png": picture(images[at]) for at in range(2)}
    members = sorted_by_digit("training/", 18) | leaks | sorted_by_digit("testing/", 4)
    (tmp_path / "mnist_png.zip").write_bytes(packed(members))
    return tmp_path / "mnist_png.zip"


def test_the_data_folder_offers_it_where_labels_are_wanted(zipped: Path) -> None:
    for _ in range(2):
        assert dropped(zipped.parent, Wanted.LABELLED) == [zipped]
        assert dropped(zipped.parent, Wanted.UNLABELLED) == []
    zipped.write_bytes(packed({"sevens/1.png": picture(IMAGES[0])}))
    assert dropped(zipped.parent, Wanted.LABELLED) == []


def test_the_terminal_reads_it_with_the_same_sentence(
    zipped: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = checked(zipped)[0]
    assert line.startswith("mnist_png.zip: 20 labelled images, 784 pixels each")
    assert line.endswith(f"{OWN}; from the archive training was taken, testing stayed in it.")
    pool = read_pool(zipped, mend=False)
    told = capsys.readouterr().err.splitlines()
    assert told[0] == f"mnist_png.zip: {OWN}; from the archive training was taken, testing stayed in it."
    few = enough(np.bincount(pool.labels, minlength=10))
    assert told[1 : 1 + len(few)] == few
    kept, left_out = pool.without(mnist.test().images)
    assert (len(kept.images), left_out) == (18, 2)


def test_how_far_it_is_is_told() -> None:
    heard: list[float] = []
    kaggle.read_labelled(io.BytesIO(packed(sorted_by_digit(""))), "all.zip", heard.append)
    assert heard == sorted(heard)
    assert (heard[0], heard[-1]) == (0.0, 1.0)

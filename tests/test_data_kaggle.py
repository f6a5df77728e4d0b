"""Kaggle's files are read exactly, and a bad one is refused in one sentence that names the place."""

import csv
import gzip
import io
import os
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.data import kaggle, mnist
from core.data.archive import MAX_BYTES
from core.errors import DataError

HEADER = ",".join(kaggle.COLUMNS)
BAD_PIXELS = [
    *("", " ", "abc", "0.5", "1.5", "1e3", "1e-1", "1e", ".", "nan", "NaN", "inf", "NULL", "-0", "-1", "+5"),
    *("256", "300", "255.1", "1_000", "0x10", "9" * 30, "9" * 5000, "5 6", '5"', "٣", "²", "é", "5\x00"),
    *("=1+1", "5;6"),
]
BAD_LABELS = ["", "10", "255", "3.5", "-1", "elf", "1e1"]
WHOLE = {
    "5.0": 5,
    "1e2": 100,
    "2.5E+01": 25,
    "0255": 255,
    " 5": 5,
    "5 ": 5,
    "\t5": 5,
    '"5"': 5,
    "5.": 5,
    ".0": 0,
}


def word(number: int) -> str:
    """Return a name without digits in it, another one for each number up to 784."""
    return (
        "".join(chr(97 + number // 28**place % 28) for place in range(3)).replace("{", "ä").replace("|", "ö")
    )


def packed(content: bytes) -> bytes:
    """Return the content packed by gzip, always to the same bytes, which name a test case."""
    return gzip.compress(content, mtime=0)


def cells(count: int, labelled: bool = True) -> list[list[str]]:
    """Return the first MNIST images as the rows of a CSV file."""
    pool = mnist.training()
    rows = pool.images[:count].reshape(count, -1)
    table = np.column_stack([pool.labels[:count], rows]) if labelled else rows
    return [[str(value) for value in row] for row in table]


def to_csv(rows: list[list[str]], header: str = HEADER, newline: str = "\n") -> bytes:
    return newline.join([header, *(",".join(row) for row in rows), ""]).encode()


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, method)  # of the same date always
    return buffer.getvalue()


def refusal(content: bytes, read: Callable[..., object] = kaggle.read_labelled) -> str:
    with pytest.raises(DataError) as caught:
        read(io.BytesIO(content), "train.csv")
    sentence = str(caught.value)
    assert sentence.startswith("train.csv")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


GOOD = cells(5)


# Good files


@settings(max_examples=30, deadline=None)
@given(
    count=st.integers(1, 30),
    newline=st.sampled_from(["\n", "\r\n", "\r"]),
    bom=st.booleans(),
    tail=st.integers(0, 3),
    quoted_header=st.booleans(),
    pack=st.sampled_from([bytes, packed, lambda plain: zipped(("train.csv", plain))]),
)
def test_what_was_written_is_read_back(count, newline, bom, tail, quoted_header, pack) -> None:
    header = ",".join(f'"{column}"' for column in kaggle.COLUMNS) if quoted_header else HEADER
    content = to_csv(cells(count), header, newline).rstrip() + newline.encode() * tail
    digits = kaggle.read_labelled(io.BytesIO(pack(b"\xef\xbb\xbf" * bom + content)), "train.csv")
    assert (digits.name, digits.how) == ("train.csv", "")
    np.testing.assert_array_equal(digits.images, mnist.training().images[:count])
    np.testing.assert_array_equal(digits.labels, mnist.training().labels[:count])


def test_more_rows_than_are_parsed_at_a_time_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.data.tables.cells._LINES", 200)
    file = tmp_path / "train.csv"
    file.write_bytes(to_csv(cells(450)))
    digits = kaggle.read_labelled(file, "train.csv")
    np.testing.assert_array_equal(digits.images, mnist.training().images[:450])


def test_a_file_without_labels_is_read_as_images() -> None:
    content = to_csv(cells(7, labelled=False), ",".join(kaggle.PIXELS))
    images = kaggle.read_unlabelled(io.BytesIO(content), "test.csv").images
    assert (images.dtype, images.shape) == (np.uint8, (7, 28, 28))
    np.testing.assert_array_equal(images, mnist.training().images[:7])


@pytest.mark.parametrize("name", ["train.csv", "train.csv.gz", "train.csv.zip", "nonsense.bin"])
def test_the_packing_is_told_by_content_not_by_name(tmp_path: Path, name: str) -> None:
    for content in (to_csv(GOOD), packed(to_csv(GOOD)), zipped(("a/b.CSV", to_csv(GOOD)))):
        (tmp_path / name).write_bytes(content)
        assert len(kaggle.read_labelled(tmp_path / name, name).images) == 5


def test_the_leftovers_of_a_mac_in_a_zip_do_not_matter() -> None:
    content = zipped(("__MACOSX/._train.csv", b"\x00"), ("train.csv", to_csv(GOOD)), ("notes.txt", b"hello"))
    assert len(kaggle.read_labelled(io.BytesIO(content), "train.csv").images) == 5


def test_the_check_counts_images_and_labels(tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    file.write_bytes(to_csv(cells(1000)))
    line = kaggle.summary(kaggle.read_either(file, file.name))
    assert "1,000 labelled images, 784 pixels each, no missing values" in line
    for digit, count in enumerate(np.bincount(mnist.training().labels[:1000])):
        assert f"{digit}: {count}" in line


def test_the_check_knows_a_file_without_labels(tmp_path: Path) -> None:
    file = tmp_path / "test.csv.gz"
    file.write_bytes(packed(to_csv(cells(3, labelled=False), ",".join(kaggle.PIXELS))))
    line = kaggle.summary(kaggle.read_either(file, file.name))
    assert line == "test.csv.gz: 3 images without labels, 784 pixels each, no missing values."


# Bad cells and rows


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 4), st.integers(0, 783), st.sampled_from(BAD_PIXELS), st.booleans())
def test_a_bad_pixel_is_named_by_line_and_column(row: int, pixel: int, bad: str, labelled: bool) -> None:
    rows = cells(5, labelled)
    rows[row][pixel + labelled] = bad
    read = kaggle.read_labelled if labelled else kaggle.read_unlabelled
    sentence = refusal(to_csv(rows, HEADER if labelled else ",".join(kaggle.PIXELS)), read)
    shown = "".join(sign if sign.isprintable() else "�" for sign in bad[:20])
    assert sentence.startswith(
        f"train.csv, line {row + 2}, column pixel{pixel}: expected a whole number from 0 to 255, found "
        + (f"“{shown}" if bad.strip() else "an empty cell")
    )


@pytest.mark.parametrize(("written", "value"), WHOLE.items())
def test_a_whole_number_may_be_written_in_many_ways(written: str, value: int) -> None:
    rows = cells(5)
    rows[3][300] = written
    digits = kaggle.read_labelled(io.BytesIO(to_csv(rows)), "train.csv")
    assert digits.images[3].ravel()[299] == value


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_missing_values_are_counted(newline: str) -> None:
    rows = cells(5)
    for row, column in ((0, 700), (1, 0), (1, 1), (4, 784)):
        rows[row][column] = ""
    sentence = refusal(to_csv(rows, newline=newline))
    assert sentence.endswith("found an empty cell (cells without a value in the file: 4).")


@pytest.mark.parametrize("bad", BAD_LABELS)
@pytest.mark.parametrize("row", [0, 4])
def test_a_bad_label_is_named_by_line(row: int, bad: str) -> None:
    rows = cells(5)
    rows[row][0] = bad
    assert refusal(to_csv(rows)).startswith(
        f"train.csv, line {row + 2}, column label: expected a whole number from 0 to 9, found "
    )


def test_the_first_of_several_bad_cells_is_named() -> None:
    rows = cells(5)
    rows[4][3] = rows[2][700] = rows[2][50] = "x"
    assert "line 4, column pixel49:" in refusal(to_csv(rows))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 4), st.sampled_from([-784, -300, -1, 1, 2, 785]))
def test_a_line_of_another_length_is_named(row: int, more: int) -> None:
    rows = cells(5)
    rows[row] = (rows[row] + rows[row])[: 785 + more]
    values = "1 value" if more == -784 else f"{785 + more} values"
    assert refusal(to_csv(rows)) == (
        f"train.csv, line {row + 2} has {values}, expected 785 values separated by commas."
    )


def test_a_short_line_that_a_long_one_makes_up_for_is_still_found() -> None:
    rows = cells(5)
    rows[3].append(rows[1].pop())
    assert "line 3 has 784 values" in refusal(to_csv(rows))


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_an_editor_does(newline: str) -> None:
    rows = cells(5)
    rows[3][1] = "x"
    assert "line 5, column pixel0:" in refusal(to_csv(rows, newline=newline))


def test_a_trailing_comma_is_refused() -> None:
    assert "line 2 has 786 values" in refusal(to_csv([[*row, ""] for row in GOOD]))


def test_one_value_more_in_every_line_is_refused() -> None:
    assert "line 2 has 786 values" in refusal(to_csv([["7", *row] for row in GOOD]))


@settings(max_examples=150, deadline=None)
@example([(HEADER.index("pixel9"), b"\n")])
@example([(0, b'"')])
@given(st.lists(st.tuples(st.integers(0, 14_000), st.binary(min_size=0, max_size=2)), min_size=1, max_size=3))
def test_a_file_with_bytes_changed_is_refused_or_means_what_it_says(changes: list[tuple[int, bytes]]) -> None:
    content = to_csv(GOOD)
    for place, replacement in changes:
        content = content[:place] + replacement + content[place + 1 :]
    try:
        digits = kaggle.read_labelled(io.BytesIO(content), "train.csv")
    except DataError:
        if min(place for place, _ in changes) > len(HEADER):
            assert re.search(r"line \d+", refusal(content))
        return
    text = content.removeprefix(b"\xef\xbb\xbf").decode("latin-1")  # a header may hold any bytes
    head, _, below = text.partition("\n")  # a quotation mark in it need not end
    text = head.replace('"', "") + "\n" + below
    rows = [row for row in csv.reader(io.StringIO(text)) if any(row)][1:]
    table = [[int(float(cell)) for cell in row] for row in rows]
    np.testing.assert_array_equal(digits.labels, [row[0] for row in table])
    np.testing.assert_array_equal(digits.images.reshape(-1, 784), [row[1:] for row in table])


# Bad headers


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            HEADER.replace(",pixel5,", ","),
            "lacks the column pixel5 in its header: it has 783 columns of pixels",
        ),
        (HEADER.replace("label,pixel0,", "label,"), "lacks the column pixel0 in its header"),
        (HEADER.removeprefix("label,"), "lacks the column label, which a file to train on needs"),
        (HEADER + ",extra", "has a column too many, “extra” (number 786)"),
        (HEADER + ",", "has a column too many, an empty cell (number 786)"),
        (HEADER.replace("pixel5,", "pixel4,", 1), "has column “pixel4” twice"),
        (HEADER + ",label", "has column “label” twice"),
        (HEADER + ",class", "has 2 columns that may be the label, “label” and “class”: leave one in"),
        (HEADER.replace(",", ";"), "line 2 is separated by commas, the first line by semicolons"),
        ("ImageId,Label", "is a submission, such as Kaggle's sample_submission.csv"),
        ("a,b,c", "is no CSV file of digits: it begins with “a,b,c”"),
        (
            HEADER.replace("pixel", "feature ").replace("feature 7,", ""),
            "lacks the column feature 7 in its header",
        ),
        (
            ",".join(["label", *map(word, range(784))]),
            "names that do not say which pixel is which, such as “aaa”",
        ),
    ],
)
def test_another_header_is_refused(header: str, expected: str) -> None:
    assert expected in refusal(to_csv(GOOD, header))


def test_labels_in_a_file_to_predict_are_refused() -> None:
    assert "has a column label, expected the pixels alone" in refusal(to_csv(GOOD), kaggle.read_unlabelled)


@pytest.mark.parametrize("tail", ["", "\n", "\r\n\r\n"])
def test_a_header_alone_is_refused(tail: str) -> None:
    assert refusal((HEADER + tail).encode()) == "train.csv has a header but no rows."


# Files that are something else


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "is empty"),
        (b" \r\n\n", "is empty"),
        (b"\xe9t\xe9,caf\xe9\n1,2\n", "is not UTF-8 text: line 1 holds the byte 0xe9"),
        (to_csv(GOOD) + b"\xff", "is not UTF-8 text: line 7 holds the byte 0xff"),
        (b"hello", "is no CSV file of digits: it begins with “hello”"),
        (packed(b""), "is empty"),
        (packed(to_csv(GOOD))[:-9], "ends in the middle"),
        (packed(to_csv(GOOD))[:12], "ends in the middle"),
        (packed(to_csv(GOOD)) + b"more", "is a damaged archive"),
        (zipped(("train.csv", to_csv(GOOD)))[:-30], "is a damaged archive"),
        (zipped(("train.csv", to_csv(GOOD)), method=zipfile.ZIP_BZIP2), "is packed in an unusual way"),
        (zipped(("train.csv", to_csv(GOOD)), method=zipfile.ZIP_LZMA), "is packed in an unusual way"),
    ],
)
def test_a_file_of_another_kind_is_refused(content: bytes, expected: str) -> None:
    assert expected in refusal(content)


@settings(max_examples=120, deadline=None)
@given(st.booleans(), st.integers(0, 2**31), st.integers(0, 255), st.booleans())
def test_a_damaged_archive_is_refused_or_read_as_it_was(gz: bool, place: int, byte: int, cut: bool) -> None:
    whole = packed(to_csv(GOOD)) if gz else zipped(("train.csv", to_csv(GOOD)))
    place %= len(whole)
    damaged = whole[:place] + (b"" if cut else bytes([byte]) + whole[place + 1 :])
    try:
        digits = kaggle.read_labelled(io.BytesIO(damaged), "train.csv")
    except DataError:
        return
    np.testing.assert_array_equal(digits.images, mnist.training().images[:5])


def test_a_zip_whose_only_file_has_no_name_is_refused() -> None:
    content = zipped(("train.csv", to_csv(GOOD))).replace(b"train.csv", b"\0rain.csv")
    assert "expected" in refusal(content)


def test_a_zip_locked_with_a_password_is_refused() -> None:
    content = bytearray(zipped(("train.csv", to_csv(GOOD))))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "is locked with a password" in refusal(bytes(content))


def test_a_plain_file_above_the_limit_is_refused_by_its_size(tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    with file.open("wb") as sparse:
        sparse.truncate(300_000_000)
    with pytest.raises(DataError, match=r"train\.csv has 300 MB, the limit is 200 MB"):
        kaggle.read_labelled(file, "train.csv")


def test_a_bomb_is_refused_without_being_unpacked_whole() -> None:
    member = packed(bytes(MAX_BYTES // 10))
    tracemalloc.start()
    try:
        assert "has more than 200 MB unpacked" in refusal(member * 40)
        assert tracemalloc.get_traced_memory()[1] < 2.5 * MAX_BYTES
    finally:
        tracemalloc.stop()
    assert "has more than 200 MB unpacked" in refusal(zipped(("train.csv", bytes(MAX_BYTES + 1))))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*train\.csv"):
        kaggle.read_labelled(tmp_path / "train.csv", "train.csv")
    with pytest.raises(DataError, match="is a folder or a device"):
        kaggle.read_labelled(tmp_path, "train.csv")
    with pytest.raises(DataError, match="is a folder or a device"):
        kaggle.read_either(Path(os.devnull), "null")
    (tmp_path / "a.csv").touch()
    with pytest.raises(DataError, match="cannot be read: Not a directory"):
        kaggle.read_labelled(tmp_path / "a.csv" / "b.csv", "train.csv")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "train.csv"
    file.write_bytes(to_csv(GOOD))
    file.chmod(0)
    with pytest.raises(DataError, match="may not be read"):
        kaggle.read_labelled(file, "train.csv")


def test_one_endless_line_is_refused_without_splitting_it() -> None:
    content = (",".join(kaggle.COLUMNS) + "\n").encode() + b"1," * 20_000_000
    tracemalloc.start()
    with pytest.raises(DataError, match="line 2 has 20000001 values"):
        kaggle.read_labelled(io.BytesIO(content), "long.csv")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6 * len(content)

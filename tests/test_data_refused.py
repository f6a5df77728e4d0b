"""A file that is no clear table of digits costs one sentence that names what it is, and where."""

import io
from collections.abc import Callable
from itertools import chain, repeat

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import kaggle
from core.data.kaggle import COLUMNS, PIXELS, Reading
from core.data.tables.headless import Borders
from core.data.tables.text import lines
from core.errors import DataError
from tests.test_data_dialects import (
    COUNT,
    LABELS,
    ONE_HOT,
    ROWS,
    Written,
    csv_text,
    dialects,
    listed,
    read,
    saved,
)


def refusal(content: bytes | str, reader: Callable[..., Reading] = kaggle.read_labelled) -> str:
    with pytest.raises(DataError) as caught:
        read(content, reader)
    sentence = str(caught.value)
    assert sentence.startswith("digits.csv")
    assert "\n" not in sentence
    assert len(sentence) < 250
    return sentence


def changed(row: int, column: int, value: object, rows: np.ndarray = ROWS) -> np.ndarray:
    table = rows.astype(object)
    table[row, column] = value
    return table


NAME_THEM = "name the columns in a first line"
SHARES = np.column_stack([LABELS, ROWS[:, 1:] / 255])
HOT_NAMES = [*(f"digit {digit}" for digit in range(10)), *PIXELS]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            csv_text(np.column_stack([ROWS[:, :-1], LABELS])),
            " can be read in more than one way, with the labels in front of the pixels or with the labels "
            f"behind the pixels: {NAME_THEM} such as label,pixel0, … ,pixel783.",
        ),
        (
            csv_text(ROWS[:1]),
            " has no header, and no column at either end can be the label (the first holds 5 in every line, "
            f"the last 0 in every line): {NAME_THEM}, label,pixel0, … ,pixel783.",
        ),
        (
            csv_text(np.column_stack([LABELS * 4, ROWS[:, 1:]])),
            " has no header, and no column at either end can be the label (the first holds 0 to 36, "
            f"the last 0 in every line): {NAME_THEM}, label,pixel0, … ,pixel783.",
        ),
        (
            csv_text(changed(3, 0, "x")),
            " has no header, and no column at either end can be the label (the first holds no number in line "
            f"4, the last 0 in every line): {NAME_THEM}, label,pixel0, … ,pixel783.",
        ),
        (
            csv_text(ROWS[:, :65]),
            " has 65 values in its first line and no header, expected 784 pixels (28×28), with or without a "
            "label and an index, or a header such as label,pixel0, … ,pixel783.",
        ),
        (
            csv_text(np.tile(ROWS[:6], (3, 1)).T),
            " has 785 lines of 18 values: expected one image a line, so if each column is an image, turn the "
            "table first, in pandas by df.T.",
        ),
        (
            csv_text(ROWS[:6].T[1:], [f"image{at}" for at in range(6)]),
            " has 785 lines of six values: expected one image a line, so if each column is an image, turn "
            "the table first, in pandas by df.T.",
        ),
        (
            csv_text(ROWS[:, :-1], COLUMNS[:-1]),
            " lacks the column pixel783 in its header: it has 783 columns of pixels, expected 784 (28×28).",
        ),
        (
            csv_text(np.column_stack([ROWS, LABELS]), [*COLUMNS, "class"]),
            " has 2 columns that may be the label, “label” and “class”: leave one in.",
        ),
        (
            csv_text(np.column_stack([LABELS, ONE_HOT, ROWS[:, 1:]]), ["label", *HOT_NAMES]),
            " has its labels twice, in “label” and ten columns digit 0 to digit 9: leave one of both in.",
        ),
        (
            csv_text(np.column_stack([changed(4, 4, 1, ONE_HOT), ROWS[:, 1:]]), HOT_NAMES),
            ", line 6, columns digit 0 to digit 9: expected a single 1 and nine 0.",
        ),
        (
            csv_text(
                np.column_stack([[f"{n}.png" for n in range(COUNT)], ROWS.astype(object)]), ["id", *COLUMNS]
            ),
            ", line 2, column id: expected a whole number, since this column only counts the lines, "
            "found “0.png”.",
        ),
        (
            saved(pd.read_csv(io.StringIO(csv_text(ROWS))), index=False),
            " has its first image where its header should be, in the way of pandas (0, 0.1, 0.2, …): read "
            "the original there with header=None.",
        ),
        (
            csv_text(ROWS, COLUMNS, ";").replace("\n0;", "\n0,5;", 1),
            ", line 3, column label: expected a whole number from 0 to 9, found “0,5”.",
        ),
        (
            csv_text(changed(3, 300, "NA"), COLUMNS),
            ", line 5, column pixel299: expected a whole number from 0 to 255, found “NA”, a missing value.",
        ),
        (
            csv_text(changed(3, 300, "x")),
            ", line 4, column 301: expected a whole number from 0 to 255, found “x”.",
        ),
        (
            csv_text(changed(9, 1, 7, SHARES), COLUMNS),
            ", line 11, column pixel0: expected a number from 0 to 1 as in the lines before, found “7”.",
        ),
        (
            csv_text(ROWS, COLUMNS, "\t") + "1\t2",
            ", line 14, the last, breaks off after 2 values, expected 785 values separated by tabs: download "
            "the file again.",
        ),
        (
            ";".join(COLUMNS) + "\n" + csv_text(ROWS),
            ", line 2 is separated by commas, the first line by semicolons.",
        ),
        (
            ",".join(COLUMNS) + "\n" + csv_text(ROWS, separator=";"),
            ", line 2 is separated by semicolons, the first line by commas.",
        ),
        (csv_text(ROWS[:, :65], COLUMNS[:65]), " has 64 columns of pixels (8×8), expected 784 (28×28)."),
        (
            csv_text(np.ones((2, 1025), int), ["label", *(f"pixel{n}" for n in range(1024))]),
            " has 1,024 columns of pixels (32×32), expected 784 (28×28).",
        ),
        (
            csv_text(np.ones((2, 2352), int), [f"pixel{n}" for n in range(2352)]),
            " has 2,352 columns of pixels (28×28 in three colours), expected 784 (28×28).",
        ),
        (
            csv_text(ROWS[:, :256], COLUMNS[:256]),
            " has 255 columns of pixels, expected 784 (28×28): a program may have cut the others off, as old "
            "spreadsheets keep 256 columns.",
        ),
        (
            "Table 1,2024\n" + csv_text(ROWS, COLUMNS),
            " is no CSV file of digits: it begins with “Table 1,2024”, expected label,pixel0, … ,pixel783.",
        ),
        (
            listed(ROWS, "{},{}", "emotion,pixels", " ").replace("\n", " 7\n", 2),
            ", line 2 has 785 pixels in one cell, expected 784 (28×28).",
        ),
        (
            "emotion,pixels,Usage\n" + f"3,{'70 ' * 48 * 48},Training\n" * 3,
            ", line 2 has 2,304 pixels in one cell (48×48), expected 784 (28×28).",
        ),
        (
            listed(ROWS, "{},{}", "label,pixels", " ").replace("\n9,0 ", "\n\n9,x ", 1),
            ", line 7, column pixel0: expected a whole number from 0 to 255, found “x”.",
        ),
        (listed(ROWS, "{},{}", "label,pixels", " ") + "4\n", ", line 14 has one value, expected 2."),
        (
            listed(ROWS, "{},{}", "label,pixels", " ") + "4," + "0 " * 60_000,
            ", line 14 is too long, or has a quotation mark that does not end.",
        ),
        (
            "filename,label\n0.png,5\n1.png,0\n",
            " lists files and their labels (“filename,label”) without any pixels: to train on the pictures, "
            "zip them in folders named 0 to 9.",
        ),
        ("sep=;\n", " has no rows, only a line that names the separator."),
        ("sep=;\n" + ";".join(COLUMNS), " has a header but no rows."),
        (
            "1," * 60_000,
            " begins with a line of 120,000 characters, expected about 785 values in each line.",
        ),
    ],
    ids=lambda value: "" if len(value) > 300 else None,
)
def test_what_is_unclear_or_wrong_is_one_sentence_that_names_it(text: str, sentence: str) -> None:
    assert refusal(text) == f"digits.csv{sentence}"


NO_LABELS = "which a file to train on needs (Kaggle's test.csv has none)."
PIXELS_ALONE = "expected the pixels alone, as in Kaggle's test.csv (train.csv has labels)."
INDEXED = np.column_stack([np.arange(1, COUNT + 1), ROWS[:, 1:]])


@pytest.mark.parametrize(
    ("content", "reader", "sentence"),
    [
        (Written(label=None).content(), kaggle.read_labelled, f" lacks the column label, {NO_LABELS}"),
        (
            Written(label=None, index="").content(),
            kaggle.read_labelled,
            f" lacks the column label, {NO_LABELS}",
        ),
        (csv_text(ROWS[:, 1:]), kaggle.read_labelled, f" has no labels, {NO_LABELS}"),
        (csv_text(INDEXED), kaggle.read_labelled, f" has no labels, {NO_LABELS}"),
        (Written().content(), kaggle.read_unlabelled, f" has a column label, {PIXELS_ALONE}"),
        (csv_text(ROWS), kaggle.read_unlabelled, f" has labels in column 1, {PIXELS_ALONE}"),
        (
            csv_text(INDEXED[:5]),
            kaggle.read_either,
            " can be read in more than one way, with the labels in front of the pixels or with an index in "
            f"front and no labels: {NAME_THEM} such as label,pixel0, … ,pixel783.",
        ),
    ],
    ids=["test.csv", "with an index", "no header", "no header but an index", "train.csv", "so too", "either"],
)
def test_a_file_of_the_other_kind_is_named_as_such(
    content: bytes | str, reader: Callable[..., Reading], sentence: str
) -> None:
    assert refusal(content, reader) == f"digits.csv{sentence}"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(99), " is a picture (PNG), not a CSV file."),
        (b"\xff\xd8\xff\xe0" + bytes(99), " is a picture (JPEG), not a CSV file."),
        (b"%PDF-1.7 \x00", " is a PDF document, not a CSV file."),
        (
            b"\x93NUMPY\x01\x00",
            " is a NumPy array (.npy), not a CSV file: write it as text, one image a line.",
        ),
        (
            b"\xd0\xcf\x11\xe0" + bytes(9),
            " is an old Excel workbook (.xls), not a CSV file: open it there and save it as CSV.",
        ),
        (b"\x80\x02]q" + bytes(9), " is a Python pickle, which is never opened here, not a CSV file."),
        (b"\x80\x04\x95" + bytes(9), " is a Python pickle, which is never opened here, not a CSV file."),
        (b"MATLAB 7.3 MAT-file\x00", " is a MATLAB file (.mat), not a CSV file: write it as CSV."),
        (b"\x89HDF\r\n\x1a\n", " is an HDF5 file, not a CSV file: write it as CSV, one image a line."),
        (
            b"SQLite format 3\x00",
            " is an SQLite database, not a CSV file: write it as CSV, one image a line.",
        ),
        *(
            (start, " is a file of R, not a CSV file: write it there by write.csv.")
            for start in (b"RDX3\nX\n", b"X\n\x00\x00\x00\x03")
        ),
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document office:version="1.3">',
            " is a spreadsheet of LibreOffice, not a CSV file: open it there and save it as CSV.",
        ),
        (b"7z\xbc\xaf\x27\x1c", " is a 7z archive, not a CSV file: unpack it first."),
        (b"\n<!DOCTYPE html>", " is a web page, not a CSV file: sign in at Kaggle and download it again."),
        (b'{"label": 3}', " is JSON, not a CSV file: write it as CSV, one image a line."),
        (
            b"{\\rtf1\\ansi label,pixel0",
            " is a text document (RTF), not a CSV file: save it there as plain text.",
        ),
        (
            b"[InternetShortcut]\r\nURL=https://example.org",
            " is a link to a web page, not a CSV file: download the file that it leads to.",
        ),
        (
            b"\x00\x00\x00\x18ftypheic" + bytes(99),
            " is a picture or a film, as phones make them, not a CSV file.",
        ),
        *(
            (content, " is JSON or a Python list, not a CSV file: write it as CSV, one image a line.")
            for content in (
                b'[{"label": 3}]',
                b"[[0 1]\n [2 3]]",
                b"[1]2",
                b"[[], []]",
                b"[" * 9,
                b"[[0, None]]",
            )
        ),
        (
            b"[[0, 1], [2, 3]]",
            " has 2 values in its first line and no header, expected 784 pixels (28×28), with or without a "
            "label and an index, or a header such as label,pixel0, … ,pixel783.",
        ),
        (
            b"version https://git-lfs.github.com/spec/v1\noid",
            " is a pointer of Git LFS, not a CSV file: fetch the file itself with git lfs pull.",
        ),
        (
            b"% MNIST\n@RELATION mnist_784\n",
            " is an ARFF file, as OpenML has it, not a CSV file: choose its CSV there.",
        ),
        (
            b"5 153:3 154:18\n",
            " is a LIBSVM file (place:value), which leaves out zeros, not a CSV file: write all 784 values a "
            "line.",
        ),
        (
            b"\x00\x00\x08\x03" + bytes(99),
            " is an IDX file, as MNIST is spread, not a CSV file: MNIST itself is here already, write other "
            "images as CSV, one a line.",
        ),
        (b"label\x00pixel0" + bytes(99), " is no CSV file: its first bytes are not text."),
        (
            b"\xff\xfel\x00\x00\xd8\n\x00",
            " is damaged UTF-16 text: line 1 cannot be read, download it again.",
        ),
        (
            b"ImageId,Label\n1,0\n",
            " is a submission, such as Kaggle's sample_submission.csv: ids and labels without any "
            "pixels, expected a file that begins with label,pixel0, … ,pixel783.",
        ),
    ],
)
def test_a_file_that_is_no_table_is_called_what_it_is(content: bytes, sentence: str) -> None:
    assert refusal(content) == f"digits.csv{sentence}"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"])
@pytest.mark.parametrize("text", ["", " ", "\n\r\n"])
def test_a_file_that_holds_nothing_but_a_mark_of_its_encoding_is_empty(mark: bytes, text: str) -> None:
    encoding = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}.get(mark, "utf-8")
    sentence = refusal(mark + text.encode(encoding))
    assert sentence == "digits.csv is empty, expected a CSV file that begins with label,pixel0, … ,pixel783."


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"sep=,\n", b"PK\x03\x04", b"\x1f\x8b"]),
    st.binary(max_size=60),
)
def test_a_few_bytes_of_any_kind_are_refused_in_a_sentence(start: bytes, rest: bytes) -> None:
    refusal(start + rest, kaggle.read_either)


@settings(max_examples=40, deadline=None)
@given(dialects(), st.integers(0, 2**31), st.binary(max_size=4), st.integers(0, 200))
def test_a_damaged_file_of_any_dialect_is_read_or_refused_in_a_sentence(
    written: Written, place: int, bytes_there: bytes, lost: int
) -> None:
    content = written.content()
    place %= len(content)
    damaged = content[:place] + bytes_there + content[place + lost :]
    try:
        found = read(damaged, kaggle.read_either)
    except DataError:
        refusal(damaged, kaggle.read_either)
        return
    assert found.images.shape[1:] == (28, 28)
    assert found.labels is None or found.labels.max() <= 9


def test_a_cell_of_a_million_digits_and_a_million_empty_lines_are_read_at_a_glance() -> None:
    good = csv_text(ROWS)
    long = good.replace(f",{ROWS[0, -1]}\n", "," + "1" * 1_000_000 + "e\n", 1)
    assert long != good
    refusal(long)
    assert len(read(good + "\n" * 1_000_000).images) == COUNT


@given(st.lists(st.sampled_from([b"", b" ", b"\t\r", b",", b" 3", b"4;"]), max_size=12), st.booleans())
def test_lines_are_numbered_as_an_editor_does_whatever_blank_ones_stand_between(
    written: list[bytes], ended: bool
) -> None:
    text = b"\n".join(written) + b"\n" * ended
    assert [*lines(text)] == [(n, line) for n, line in enumerate(text.split(b"\n"), 1) if line.strip()]
    later = text.find(b"\n") + 1
    rest = [(n, line) for n, line in enumerate(text[later:].split(b"\n"), 8) if line.strip()]
    assert [*lines(text, later, 7)] == rest


def test_short_lines_without_end_below_a_table_without_header_are_not_kept() -> None:
    whole = (1, b"3," + b",".join([b"0"] * 784))
    assert len(Borders(chain([whole, whole], repeat((3, b"1"))), 785).numbers) == 2
    assert len(Borders([(1, b"1"), whole], 785).numbers) == 2

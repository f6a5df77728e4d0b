"""A table of digits in any dialect gives back exactly its images and labels, and a line says how."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data import kaggle, mnist
from core.data.kaggle import COLUMNS, PIXELS, Reading
from core.errors import DataError

COUNT = 12
IMAGES, LABELS = mnist.training().images[:COUNT], mnist.training().labels[:COUNT]
ROWS = np.column_stack([LABELS, IMAGES.reshape(COUNT, -1)])
ONE_HOT = np.eye(10, dtype=int)[LABELS]
NAMES: dict[str, list[str]] = {
    "Kaggle": PIXELS,
    "upper": [name.upper() for name in PIXELS],
    "from 1": [f"pixel{number}" for number in range(1, 785)],
    "padded": [f"px_{number:03d}" for number in range(784)],
    "bare": [str(number) for number in range(784)],
    "grid": [f"{row}x{column}" for row in range(1, 29) for column in range(1, 29)],
    "pairs": [f"({row}, {column})" for row in range(28) for column in range(28)],
    "xy": [f"x{column}y{row}" for row in range(28) for column in range(28)],
}


@dataclass(frozen=True)
class Written:
    """How a file is written; the defaults are Kaggle's own form."""

    separator: str = ","
    header: str | None = "Kaggle"
    label: str | None = "label"
    place: str = "first"
    index: str | None = None
    newline: str = "\n"
    quotes: str = "none"
    number: str = "{}"
    encoding: str = "utf-8"
    declared: bool = False
    ended: bool = True
    order: Sequence[int] = field(default_factory=tuple)

    def content(self) -> bytes:
        """Return the first images of MNIST, written like this."""
        names, columns = self._columns()
        numbers = [[self.number.format(value) for value in row] for row in columns]
        if self.index is not None:
            names, numbers = [self.index, *names], [[str(n), *row] for n, row in enumerate(numbers)]
        quoting = {"none": csv.QUOTE_MINIMAL, "all": csv.QUOTE_ALL}[self.quotes]
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.separator, quoting=quoting, lineterminator=self.newline)
        writer.writerows([names] * (self.header is not None) + numbers)
        first = f"sep={self.separator}{self.newline}" if self.declared else ""
        whole = first + (text.getvalue() if self.ended else text.getvalue().removesuffix(self.newline))
        return whole.encode(self.encoding)

    def _columns(self) -> tuple[list[str], np.ndarray]:
        pixels, names = IMAGES.reshape(COUNT, -1), NAMES[self.header or "Kaggle"]
        if self.label is None:
            labels, named = np.zeros((COUNT, 0), int), []
        elif self.label == "one-hot":
            labels, named = ONE_HOT, [f"digit {digit}" for digit in range(10)]
        else:
            labels, named = LABELS[:, None], [self.label]
        parts = [(named, labels), (names, pixels)]
        (left, a), (right, b) = parts if self.place == "first" else parts[::-1]
        table, heads = np.column_stack([a, b]), [*left, *right]
        order = list(self.order) or list(range(len(heads)))
        return [heads[place] for place in order], table[:, order]


def read(content: bytes | str, reader: Callable[..., Reading] = kaggle.read_labelled) -> Reading:
    return reader(io.BytesIO(content.encode() if isinstance(content, str) else content), "digits.csv")


def check(found: Reading, labelled: bool = True) -> None:
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.images.dtype == np.uint8
    assert (found.labels is not None) == labelled
    if found.labels is not None:
        np.testing.assert_array_equal(found.labels, LABELS)


def csv_text(
    rows: Iterable[Sequence[object]], names: Sequence[str] | None = None, separator: str = ","
) -> str:
    lines = [separator.join(names)] if names is not None else []
    return "\n".join([*lines, *(separator.join(map(str, row)) for row in rows)]) + "\n"


def listed(rows: np.ndarray, form: str, header: str = "", between: str = ", ") -> str:
    """Return rows with all pixels in one cell, each row in this form: of its label and its pixels."""
    lines = [form.format(row[0], between.join(map(str, row[1:]))) for row in rows]
    return "\n".join([header, *lines]).lstrip() + "\n"


@st.composite
def dialects(draw: st.DrawFn) -> Written:
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    quotes = draw(st.sampled_from(["none", "all"]))
    numbers = ["{}", "{}.0", "{:.2e}"] + ["{},0"] * (separator != "," or quotes == "all")
    header = draw(st.sampled_from([*NAMES, None]))
    return Written(
        separator=separator,
        header=header,
        label=draw(st.sampled_from(["label", "Class", "digit", "TARGET", "y", "one-hot", None])),
        place=draw(st.sampled_from(["first", "last"])),
        index=draw(st.sampled_from([None, "", "Unnamed: 0", "ImageId", "index"])),
        newline=draw(st.sampled_from(["\n", "\r\n", "\r", "\r\r\n", "\n\n"])),
        quotes=quotes,
        number=draw(st.sampled_from(numbers)),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])),
        declared=draw(st.booleans()),
        ended=draw(st.booleans()),
    )


@settings(max_examples=50, deadline=None)
@given(dialects())
def test_any_dialect_gives_back_the_images_and_labels(written: Written) -> None:
    labelled = written.label is not None
    wanted = kaggle.read_labelled if labelled else kaggle.read_unlabelled
    check(read(written.content(), wanted), labelled)
    check(read(written.content(), kaggle.read_either), labelled)


@settings(max_examples=15, deadline=None)
@given(st.permutations(range(785)), st.sampled_from(sorted(NAMES)))
def test_columns_in_any_order_are_read_by_their_names(order: list[int], names: str) -> None:
    check(read(Written(header=names, order=order).content()))


@pytest.mark.parametrize(
    ("written", "how"),
    [
        (Written(), ""),
        (Written(encoding="utf-16", newline="\r\n"), ""),
        (Written(separator=";"), "Read with semicolons between the values."),
        (Written(separator="\t", declared=True), "Read with tabs between the values."),
        (Written(separator="|"), "Read with bars between the values."),
        (Written(quotes="all"), "Read with quotation marks around the values."),
        (Written(newline="\n\n"), "Empty lines were skipped."),
        (Written(number="{}.0"), "Read with decimals that are all zero."),
        (Written(number="{:.2e}"), "Read with powers of ten."),
        (
            Written(separator=";", number="{},0"),
            "Read with semicolons between the values and decimal commas.",
        ),
        (
            Written(quotes="all", number="{},0"),
            "Read with quotation marks around the values and decimal commas.",
        ),
        (Written(index=""), "The first column, an index, was left out."),
        (Written(index="ImageId"), "The first column (ImageId), an index, was left out."),
        (Written(place="last"), "The label is in the last column."),
        (Written(place="last", label="class"), "The last column (class) holds the label."),
        (Written(label="Label"), "The first column (Label) holds the label."),
        (Written(header="grid"), "The pixels are the columns 1x1 to 28x28."),
        (Written(header="from 1"), "The pixels are the columns pixel1 to pixel784."),
        (Written(label="one-hot"), "The label is the place of the 1 in columns digit 0 to digit 9."),
        (Written(header=None), "There is no header; the first column holds the label."),
        (
            Written(header=None, index="", place="last"),
            "There is no header; the first column, an index, was left out; the last column holds the label.",
        ),
        (
            Written(order=[0, *range(784, 0, -1)]),
            "The pixels were put into the order of their names.",
        ),
        (
            Written(separator=";", index="", place="last"),
            "Read with semicolons between the values; the first column, an index, was left out; "
            "the label is in the last column.",
        ),
    ],
)
def test_how_a_file_was_read_is_one_line(written: Written, how: str) -> None:
    found = read(written.content())
    check(found)
    assert found.how == how


# What well-known tools write


FRAME = pd.DataFrame(ROWS, columns=COLUMNS)


HOT_FRAME = pd.concat([pd.get_dummies(FRAME["label"], prefix="is"), FRAME[PIXELS]], axis=1)
HOT_FRAME = HOT_FRAME.reindex(columns=[*(f"is_{digit}" for digit in range(10)), *PIXELS], fill_value=False)
"""As pandas has labels one-hot: columns of True and False."""


def saved(frame: pd.DataFrame, **options: object) -> str:
    return str(frame.to_csv(**options))


def r_table() -> str:
    """Return what R's write.table makes of a data frame: row names that the header does not count."""
    lines = [" ".join(f'"{name}"' for name in COLUMNS)]
    return "\n".join([*lines, *(f'"{n}" ' + " ".join(map(str, row)) for n, row in enumerate(ROWS, 1))])


def numpy_text(**options: object) -> str:
    text = io.StringIO()
    np.savetxt(text, ROWS, **options)
    return text.getvalue()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (saved(FRAME), "The first column, an index, was left out."),
        (
            saved(pd.read_csv(io.StringIO(saved(FRAME)))),
            "The first column and column 2 (Unnamed: 0), which count",
        ),
        (
            saved(FRAME, header=False),
            "There is no header; the first column, an index, was left out; column 2",
        ),
        (saved(pd.DataFrame(ROWS)), "the pixels are the columns 1 to 784"),
        (saved(pd.DataFrame(ROWS), index=False), "The first column (0) holds the label"),
        (numpy_text(), "Read with blanks between the values and powers of ten; there is no header"),
        (numpy_text(fmt="%3d"), "Read with blanks between the values; there is no header"),
        (numpy_text(fmt="%d", header=" ".join(COLUMNS)), "Read with blanks between the values."),
        (numpy_text(fmt="%d", delimiter=", "), "There is no header; the first column holds the label."),
        (r_table(), "and quotation marks around the values; the first column, an index, was left out."),
        (
            csv_text(np.column_stack([ONE_HOT, ROWS[:, 1:]])),
            "the label is the place of the 1 in columns 1 to 10.",
        ),
        (
            csv_text(np.column_stack([ROWS[:, 1:], ONE_HOT]), [*map(str, range(784)), *map(str, range(10))]),
            "The label is the place of the 1 in columns 0 to 9; the pixels are the columns 0 to 783.",
        ),
        (
            "\n".join(f'"{line}"' for line in csv_text(ROWS, COLUMNS).split()),
            "quotation marks around the values",
        ),
        (csv_text(ROWS, COLUMNS).replace("\n", ",\n"), "The empty column at the end was left out."),
        (csv_text(ROWS, COLUMNS).replace("\n", ",,,\n"), "The empty columns at the end (3) were left out."),
        (csv_text(ROWS, COLUMNS) + ("," * 784 + "\n") * 3, "Rows without values were skipped."),
        (csv_text(ROWS, COLUMNS, ";") + ('"";' * 785 + "\n"), "values; rows without values were skipped."),
        (saved(HOT_FRAME, index=False), "True was taken for 1, false for 0; the label is the place of the 1"),
        (
            csv_text(ROWS, [f"V{n}" for n in range(1, 786)]),
            "The first column (V1) holds the label; the pixels are",
        ),
    ],
    ids=lambda value: "" if len(value) > 300 else None,
)
def test_what_tools_write_is_read(text: str, how: str) -> None:
    found = read(text)
    check(found)
    assert how in found.how
    assert "\n" not in found.how


IN_ONE_CELL = "All pixels of an image stood in one cell"
WORDS = ("zero", "One", "two", "drei", "quatre", "five", "six", "siete", "Digit 8", "nine")


@pytest.mark.parametrize(
    ("text", "how"),
    [
        (listed(ROWS, "{},{}", "label,pixels", " "), f"{IN_ONE_CELL} (pixels)."),
        (listed(ROWS, "{}\t{}", "label\tpixels", " "), f"{IN_ONE_CELL} (pixels)."),
        (listed(ROWS, '{},"{}"', "label,image"), f"{IN_ONE_CELL} (image)."),
        (listed(ROWS, "{};[{}]", "label;pixels"), f"{IN_ONE_CELL} (pixels)."),
        (listed(ROWS, "{},[{}]", "label,pixels"), f"{IN_ONE_CELL} (pixels)."),
        (
            listed(ROWS, "{1},{0},Training", "pixels,emotion,Usage", " "),
            f"{IN_ONE_CELL} (pixels); Usage was left out; the last column (emotion) holds the label.",
        ),
        (
            listed(ROWS, '{},"{}"'),
            f"{IN_ONE_CELL}; there is no header; the first column holds the label.",
        ),
        (
            listed(ROWS, "[{}, {}]"),
            "Read from lists in brackets; there is no header; the first column holds the label.",
        ),
    ],
    ids=lambda value: "" if len(value) > 300 else None,
)
def test_a_row_that_has_all_its_pixels_in_one_cell_is_read(text: str, how: str) -> None:
    found = read(text)
    check(found)
    assert found.how == how


def test_what_pandas_writes_of_arrays_and_what_json_makes_of_lists_is_read() -> None:
    frame = pd.DataFrame({"label": LABELS, "image": list(IMAGES)})
    check(read(saved(frame, index=False)))
    check(read(saved(frame.assign(image=[image.ravel() for image in IMAGES]), index=False)))
    for lists in (ROWS.tolist(), [[int(row[0]), row[1:].tolist()] for row in ROWS]):
        check(read(json.dumps(lists)))
        check(read(json.dumps(lists, indent=1)))
    check(read(json.dumps(IMAGES.tolist()), kaggle.read_unlabelled), labelled=False)
    check(read(listed(ROWS, "{1}", "pixels", " "), kaggle.read_unlabelled), labelled=False)


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("Table 1\n", "line (“Table 1”) was"),
        ("Table 1" + "," * 784 + "\n" + "," * 784 + "\n", "2 lines (“Table 1”) were"),
        ('"Digits, written by 4b",,,\n\n', "line (“Digits, written by 4b”) was"),
        ("# made from MNIST\n# in 2024\n", "2 lines (“# made from MNIST”) were"),
    ],
)
@pytest.mark.parametrize("header", [COLUMNS, None])
def test_lines_above_a_table_are_left_out(above: str, said: str, header: list[str] | None) -> None:
    found = read(above + csv_text(ROWS, header))
    check(found)
    assert found.how.startswith(f"The first {said} left out")
    lines = 1 + above.count("\n") + (header is not None) + COUNT
    with pytest.raises(DataError, match=f"line {lines}, column"):
        read(above + csv_text(ROWS, header) + "3,x" + ",0" * 783)


def test_labels_may_be_words() -> None:
    words = [[WORDS[row[0]], *row[1:]] for row in ROWS.tolist()]
    found = read(csv_text(words, COLUMNS))
    check(found)
    assert found.how == "The labels, which are words, were taken for digits."
    check(read(csv_text([[*row[1:], row[0]] for row in words], [*COLUMNS[1:], "class"], ";")))


@pytest.mark.parametrize("word", ["Klasse", "etiqueta", "étiquette", "标签", "v1"])
@pytest.mark.parametrize("place", ["first", "last"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_label_may_be_called_anything_where_nothing_else_can_be_it(
    word: str, place: str, encoding: str
) -> None:
    found = read(Written(label=word, place=place, encoding=encoding).content())
    check(found)
    assert f"the {place} column" in found.how.lower()


def test_a_header_that_excel_wrote_in_western_europe_is_read() -> None:
    found = read(Written(label="étiquette", separator=";", encoding="cp1252").content())
    check(found)
    assert "the first column (étiquette) holds the label" in found.how


def test_a_column_of_another_name_that_holds_no_digits_is_no_label() -> None:
    files = csv_text(np.column_stack([[f"{n}.png" for n in range(COUNT)], ROWS[:, 1:]]), ["datei", *PIXELS])
    with pytest.raises(DataError, match="has a column too many, “datei”"):
        read(files)


def test_a_column_of_another_name_that_may_number_the_lines_is_no_label() -> None:
    numbered = csv_text(np.column_stack([range(1, 9), ROWS[:8, 1:]]), ["nr", *PIXELS])
    with pytest.raises(DataError, match="has a column too many, “nr”"):
        read(numbered, kaggle.read_either)


def test_ink_from_0_to_1_is_multiplied_by_255() -> None:
    found = read(csv_text(np.column_stack([LABELS, ROWS[:, 1:] / 255]), COLUMNS))
    check(found)
    assert found.how == "The pixels, from 0 to 1, were multiplied by 255."


def test_fractions_from_0_to_255_are_rounded_where_most_images_have_some_and_a_slip_is_named() -> None:
    faded = ROWS[:, 1:] * 0.87
    found = read(csv_text(np.column_stack([LABELS, faded]).tolist(), COLUMNS))
    np.testing.assert_array_equal(found.images.reshape(COUNT, -1), np.rint(faded))
    assert found.how == "The pixels were rounded to whole numbers."
    with pytest.raises(
        DataError, match=r"line 14, column pixel0: expected a number from 0 to 255, found “x”"
    ):
        read(csv_text(np.column_stack([LABELS, faded]).tolist(), COLUMNS) + "3,x" + ",0" * 783)
    slip = ROWS.astype(object)
    slip[3, 300] = 25.5
    with pytest.raises(DataError, match=r"line 5, column pixel299: expected a whole number .*“25\.5”"):
        read(csv_text(slip, COLUMNS))


def test_pixels_of_0_and_1_alone_are_left_as_they_are() -> None:
    found = read(csv_text(np.column_stack([LABELS, ROWS[:, 1:] > 127]).astype(int), COLUMNS))
    np.testing.assert_array_equal(found.images, IMAGES > 127)
    assert found.how == ""


def test_a_file_of_several_blocks_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.data.tables.cells._LINES", 5)
    check(read(Written(separator=";", header="grid", place="last", index="").content()))
    check(read(Written(number="{}.0").content()))

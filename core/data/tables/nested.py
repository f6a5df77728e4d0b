"""Tables of which one cell holds all pixels of an image, and lists of lists: made plain, one value a cell.

The first are spread by Kaggle (`emotion,pixels`, with “0 0 12 …” in each row) and written by pandas where a
column holds arrays; the others are JSON, or what Python prints.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from core.data.faults import Fault
from core.data.named_digits import number_of
from core.data.tables.cells import as_number
from core.data.tables.dialect import LONGEST
from core.data.tables.header import other_size
from core.data.tables.layout import PIXELS, SIZE
from core.data.tables.text import lines
from core.words import count, listed

_DELIMITERS = ",;\t|"
_LEAST, _MOST_BESIDE = 64, 8
"""Numbers in a cell that are taken for pixels, at least; columns that may stand beside it, at most."""
_BETWEEN = str.maketrans("[](),;|\t", " " * 8)
_NO_LIST = re.compile(rb"[^\d\s,.\[\]eE+-]|[\d.]\s+[\d.+-]|\d\s*\[|\]\s*[\d.+-]")
"""What lists of numbers with commas between do not hold."""
_NUMBER = re.compile(rb"\d")

Record = tuple[int, int, list[str]]
"""The numbers of the first and the last line of a row, and its cells."""


@dataclass(frozen=True)
class _Form:
    """How a table with all pixels in one cell is written.

    Attributes:
        names: of the columns; empty where there is no header.
        width: how many columns there are.
        place: of the pixels.
        others: places of the columns of numbers beside them.
    """

    delimiter: str
    names: tuple[str, ...]
    width: int
    place: int
    others: tuple[int, ...]

    def cells(self, row: Sequence[str], pixels: Sequence[str]) -> list[str]:
        """Return a row with its pixels in cells of their own, without the columns that are left out."""
        beside = [row[at].replace(",", " ").strip() for at in self.others]
        before = sum(at < self.place for at in self.others)
        return [*beside[:before], *pixels, *beside[before:]]

    @property
    def how(self) -> str:
        """What was made of it, in main clauses."""
        left = [self.names[at] or str(at + 1) for at in range(len(self.names)) if not self._is_used(at)]
        where = f" ({self.names[self.place]})" if self.names else ""
        kept = f"; {listed(left)} {'was' if len(left) == 1 else 'were'} left out" if left else ""
        return f"all pixels of an image stood in one cell{where}{kept}"

    def _is_used(self, place: int) -> bool:
        return place == self.place or place in self.others


def unnested(text: bytes) -> tuple[bytes, str]:
    """Return a text with one value a cell, and what was done in main clauses: "" where it is as it was.

    Raises:
        Fault: it is a list of more than numbers, or one of its cells has not 784 of them.
    """
    if text.lstrip().startswith(b"["):
        return _of_lists(text), "read from lists in brackets"
    form = next(filter(None, (_form(text, delimiter) for delimiter in _DELIMITERS)), None)
    return (text, "") if form is None else (_spread(text, form), form.how)


def _of_lists(text: bytes) -> bytes:
    """Return lists of numbers, or of lists of them, as lines with commas between."""
    if _NO_LIST.search(text) or not _NUMBER.search(text):
        raise Fault("is JSON or a Python list, not a CSV file: write it as CSV, one image a line")
    flat = text.translate(None, b" \t\n\r")
    end = b"]]" if flat.count(b"]]") > 1 else b"]"  # an image may be a list of lists itself
    return flat.replace(end, b"\n").translate(None, b"[]").replace(b"\n,", b"\n").strip(b"\n,") + b"\n"


def _form(text: bytes, delimiter: str) -> _Form | None:
    """Return how a table is written if its cells are parted by this sign and one of them holds all pixels."""
    with suppress(csv.Error):
        rows = [cells for _, _, cells in islice(_records(text, delimiter), 2)]
        names, row = ((), rows[0]) if any(map(_is_list, rows[0])) else (tuple(rows[0]), rows[-1])
        places = [place for place, cell in enumerate(row) if _is_list(cell)]
        if len(places) != 1 or len(row) > 1 + _MOST_BESIDE or (names and len(names) != len(row)):
            return None
        if len(row) == 1 and not (_is_word(names) and len(_values(row[0])) == SIZE):
            return None
        others = [at for at, cell in enumerate(row) if at not in places and _is_number(cell)]
        return _Form(delimiter, tuple(map(str.strip, names)), len(row), places[0], tuple(others))
    return None


def _records(text: bytes, delimiter: str) -> Iterator[Record]:
    """Yield the rows of a text that are not blank, also of cells in quotation marks over several lines.

    Raises:
        csv.Error: a line or a cell is too long.
    """
    first = last = 0

    def fed() -> Iterator[str]:
        nonlocal first, last
        for last, line in lines(text):
            if len(line) > LONGEST:
                raise csv.Error
            first = first or last
            yield _quoted(line.decode("utf-8", "replace")) + " "

    for cells in csv.reader(fed(), delimiter=delimiter):
        yield first, last, cells
        first = 0


def _quoted(line: str) -> str:
    """Return a line with a list in brackets in quotation marks, unless there are some."""
    start, end = line.find("["), line.rfind("]") + 1
    return line if '"' in line or not 0 <= start < end else f'{line[:start]}"{line[start:end]}"{line[end:]}'


def _spread(text: bytes, form: _Form) -> bytes:
    """Return a table with the pixels in cells of their own, each row in the line in which it begins."""
    plain, last = io.BytesIO(), 0
    try:
        for first, end, row in _records(text, form.delimiter):
            plain.write(b"\n" * (first - last - 1))
            is_header = bool(form.names) and not last
            pixels = PIXELS if is_header else _pixels(row, form, first)
            plain.write((",".join(form.cells(row, pixels)) + "\n").encode())
            last = end
    except csv.Error:
        raise Fault(f"line {last + 1} is too long, or has a quotation mark that does not end") from None
    return plain.getvalue()


def _pixels(row: list[str], form: _Form, number: int) -> list[str]:
    if len(row) != form.width:
        raise Fault(f"line {number} has {count(len(row), 'value')}, expected {form.width}")
    values = _values(row[form.place])
    if len(values) != SIZE:
        size = f" ({found})" if (found := other_size(len(values))) else ""
        raise Fault(
            f"line {number} has {count(len(values), 'pixel')} in one cell{size}, expected 784 (28×28)"
        )
    return values


def _values(cell: str) -> list[str]:
    return cell.translate(_BETWEEN).split()


def _is_list(cell: str) -> bool:
    """Whether a cell holds so many numbers that they are an image, as far as its ends show it."""
    values = _values(cell)
    return len(values) >= _LEAST and all(map(_is_number, (*values[:5], values[-1])))


def _is_number(cell: str) -> bool:
    return as_number(cell.strip().encode()) is not None or number_of(cell) is not None


def _is_word(names: Sequence[str]) -> bool:
    """Whether a header is a single word, and not a title or names with other signs between."""
    return len(names) == 1 and not set(names[0].strip()) & set(f"{_DELIMITERS} ")

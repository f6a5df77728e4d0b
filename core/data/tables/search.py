"""The first cell or line that keeps a table from being read, in words: the slow way, for bad files only."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from core.data.faults import shown
from core.data.tables.cells import Ink, as_number
from core.data.tables.dialect import SEPARATORS, Dialect
from core.data.tables.layout import Layout

_MISSING = re.compile(rb"(?:na|nan|n/a|<na>|null|none)?", re.IGNORECASE)
_MISSING_CELLS = re.compile(rb"(?:^|(?<=,))(?:na|nan|n/a|<na>|null|none)?(?=,|$)", re.IGNORECASE)
_MOST_KNOWN = 100_000
"""Cells that are remembered as good ones: of fractions each may be another."""

Lines = Iterable[tuple[int, bytes]]


@dataclass(frozen=True)
class Wrong:
    """The number of the first bad line, and what is wrong there: "line 3, column pixel5: …"."""

    line: int
    what: str


@dataclass(frozen=True)
class Search:
    """Looks for what is wrong among lines of values with commas between.

    Attributes:
        dialect: how the file is written, for the words.
        comma: whether its decimals have a comma.
        ink: how pixels are taken to be written.
        complete: whether the last line has its end.
    """

    layout: Layout
    dialect: Dialect
    comma: bool
    ink: Ink
    complete: bool

    def first(self, lines: Callable[[], Lines]) -> Wrong | None:
        """Return what is wrong with the first bad line; `lines` starts anew each time it is called."""
        good: set[bytes] = set()
        for number, line, last in _with_last(lines()):
            count = line.count(b",") + 1  # before splitting: a line may be as long as the file
            if count != self.layout.width:
                return Wrong(number, self._length(number, line, count, last and not self.complete))
            cells = line.split(b",")
            for place in self._suspects(cells, good):
                if wanted := self._wanted(place, cells[place]):
                    said = f"line {number}, column {self.layout.named(place)}: expected {wanted}, "
                    return Wrong(number, said + self._found(cells[place], lines()))
            if len(self.layout.labels) == 10 and sum(float(cells[p]) for p in self.layout.labels) != 1:
                where = f"line {number}, columns {self.layout.from_to(self.layout.labels)}"
                return Wrong(number, f"{where}: expected a single 1 and nine 0")
        return None

    def _suspects(self, cells: list[bytes], good: set[bytes]) -> Iterator[int]:
        """Yield the places of cells that were not yet seen to be good pixels, and those of no pixels."""
        fresh = set(cells) - good
        if len(good) > _MOST_KNOWN:
            good.clear()
        good |= {cell for cell in fresh if not self._wanted(self.layout.pixels[0], cell)}
        others = {*self.layout.labels, *self.layout.index}
        if fresh <= good and all(not self._wanted(place, cells[place]) for place in others):
            return
        yield from range(len(cells))

    def _wanted(self, place: int, cell: bytes) -> str | None:
        """Return what was expected in a cell, None where that is there."""
        value = as_number(cell)
        if place in self.layout.index:
            fits = value is not None and value != float("inf")
            return None if fits else "a whole number, since this column only counts the lines"
        if place in self.layout.labels:
            most = 9 if len(self.layout.labels) == 1 else 1
            fits = value is not None and value.is_integer() and value <= most
            return None if fits else f"a whole number from 0 to {most}"
        if self.ink is Ink.SHARES:
            return None if value is not None and value <= 1 else "a number from 0 to 1 as in the lines before"
        if self.ink is Ink.FRACTIONS:
            return None if value is not None and value <= 255 else "a number from 0 to 255"
        fits = value is not None and value.is_integer() and value <= 255
        return None if fits else "a whole number from 0 to 255"

    def _length(self, number: int, line: bytes, count: int, torn: bool) -> str:
        values = f"{count} value{'' if count == 1 else 's'}"
        wanted = f"expected {self.layout.width} values separated by {self.dialect.said}"
        if torn and count < self.layout.width:
            return f"line {number}, the last, breaks off after {values}, {wanted}: download the file again"
        for sign, what in SEPARATORS.items():
            sign = b"." if sign == b"," != self.dialect.separator else sign
            if count == 1 and line.count(sign) > self.layout.width // 2:
                return f"line {number} is separated by {what}, the first line by {self.dialect.said}"
        return f"line {number} has {values}, {wanted}"

    def _found(self, cell: bytes, lines: Lines) -> str:
        if not _MISSING.fullmatch(cell):
            return f"found {shown(cell.replace(b'.', b',') if self.comma else cell)}"
        missing = sum(len(_MISSING_CELLS.findall(line)) for _, line in lines)
        what = f"{shown(cell)}, a missing value" if cell else "an empty cell"
        return f"found {what}" + (f" (cells without a value in the file: {missing:,})" if missing > 1 else "")


def _with_last(lines: Lines) -> Iterator[tuple[int, bytes, bool]]:
    """Yield numbers and lines, and whether each is the last one."""
    before = None
    for number, line in lines:
        if before is not None:
            yield *before, False
        before = number, line
    if before is not None:
        yield *before, True

"""A text as a table: its dialect, the cells of its first line, and the lines of values below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from core.data.faults import Fault, shown
from core.data.named_digits import number_of
from core.data.tables.cells import Ink, Numbers, as_number, numbers
from core.data.tables.dialect import LONGEST, Dialect, declared, dialect_of
from core.data.tables.layout import DIGITS, Layout
from core.data.tables.plain import Told, plain_numbers
from core.data.tables.search import Search
from core.data.tables.text import lines
from core.data.tables.titles import titles
from core.words import listed

_QUOTED_DECIMAL = re.compile(rb'"\d+,\d+"')
_TOLD_EVERY = 1_000
"""Lines between two words on how far it is."""
_EMPTY_LINE = re.compile(rb"\n[^\S\n]*\n")
_HEAD = 12
"""Lines that may be needed to tell what stands above the table."""
_A_VALUE = re.compile(rb'[^\s",;|]')
"""A row without any is one from which somebody deleted the values in Excel."""
_NO_VALUES = re.compile(rb'\n(?=[^\S\n]*[",;|])[\s",;|]*(?:\n|$)')
_TRUTH = re.compile(rb"(?<![^,])(true|false)(?![^,])", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Table:
    """A text with its dialect.

    Attributes:
        text: UTF-8, lines ended as on Unix.
        first: cells of the first line, a header or not.
        start: where in the text that line begins.
        end: where it ends.
        number: of that line.
        above: the lines above it that are no part of the table.
    """

    text: bytes
    dialect: Dialect
    first: tuple[str, ...]
    start: int
    end: int
    number: int
    above: tuple[bytes, ...] = ()

    @property
    def numeric(self) -> float:
        """Which share of the cells in the first line are numbers, of those that are not empty."""
        cells = [cell for cell in self.first if cell]
        return sum(as_number(cell.replace(",", ".").encode()) is not None for cell in cells) / max(
            1, len(cells)
        )

    def rows(self, headed: bool) -> Iterator[tuple[int, bytes]]:
        """Yield the lines that hold values, numbered, each with commas between and decimal points."""
        start = self.end if headed else self.start
        for number, line in lines(self.text, start, self.number - 1, _A_VALUE):
            yield number, self.dialect.plain(line)

    def numbers(self, layout: Layout, told: Told = lambda share: None) -> tuple[Numbers, list[str]]:
        """Return what all lines hold, and in main clauses what is written otherwise than by Kaggle.

        Args:
            told: hears which share of the lines is read.

        Raises:
            Fault: there are no lines, or the first bad one.
        """
        if next(self.rows(layout.headed), None) is None:
            raise Fault("has a header but no rows")
        if (plain := self._plain(layout, told)) is not None:
            return plain, list(self._left_out())
        for ink in Ink:
            found = numbers(self._lines(layout, told), layout, ink)
            if found is not None:
                return found, list(self._how(layout, ink))
        raise Fault(self._fault(layout))

    def _plain(self, layout: Layout, told: Told) -> Numbers | None:
        if self.dialect.separator != b"," or layout.index:  # whose numbers may have more digits
            return None
        return plain_numbers(self.text, self.end + 1 if layout.headed else self.start, layout, told)

    def _lines(self, layout: Layout, told: Told) -> Iterator[bytes]:
        read = 0
        for place, (_, line) in enumerate(self._values(layout)):
            read += len(line) + 1
            if place % _TOLD_EVERY == 0:
                told(min(1.0, read / len(self.text)))
            yield line

    def _values(self, layout: Layout) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of values; of labels, true is 1 and false is 0, as in pandas, and “three” is 3."""
        truths, words = self._has_truths(layout), self._has_words(layout)
        for number, line in self.rows(layout.headed):
            if words:
                line = _with_number(line, layout.labels[0])
            yield number, _TRUTH.sub(_digit, line) if truths else line

    def _has_truths(self, layout: Layout) -> bool:
        """Whether labels are ten columns of true and false, as far as the first line of values shows it."""
        _, first = next(self.rows(layout.headed))
        return len(layout.labels) == DIGITS and bool(_TRUTH.search(first))

    def _has_words(self, layout: Layout) -> bool:
        """Whether labels are words such as “three”, as far as the first line of values shows it."""
        _, first = next(self.rows(layout.headed))
        return len(layout.labels) == 1 and _with_number(first, layout.labels[0]) != first

    def _fault(self, layout: Layout) -> str:
        """Return what is wrong, taking the pixels for what lets most lines pass."""
        complete, comma = self.text.endswith(b"\n"), self._comma(layout)
        found = [
            Search(layout, self.dialect, comma, ink, complete).first(lambda: self._values(layout))
            for ink in Ink
        ]
        wrong = max((one for one in found if one), key=lambda one: one.line, default=None)
        return wrong.what if wrong else "holds something that is no number"

    def _how(self, layout: Layout, ink: Ink) -> Iterator[str]:
        point, truths = self._has(b".", layout), self._has_truths(layout)
        words = self._has_words(layout)
        powers = not truths and not words and (self._has(b"e", layout) or self._has(b"E", layout))
        told = {
            f"{self.dialect.said} between the values": self.dialect.separator != b",",
            "quotation marks around the values": self._has(b'"', layout),
            "decimal commas": self._comma(layout),
            "decimals that are all zero": point and not powers and ink is Ink.WHOLE,
            "powers of ten": powers,
        }
        yield from self._left_out()
        if said := [what for what, is_so in told.items() if is_so]:
            yield f"read with {listed(said)}"
        if words:
            yield "the labels, which are words, were taken for digits"
        if truths:
            yield "true was taken for 1, false for 0"
        if _EMPTY_LINE.search(self.text, self.start, len(self.text.rstrip())):
            yield "empty lines were skipped"
        if _NO_VALUES.search(self.text, self.end):
            yield "rows without values were skipped"
        if many := self.dialect.trailing:
            left_out = "column at the end was" if many == 1 else f"columns at the end ({many}) were"
            yield f"the empty {left_out} left out"
        if ink is Ink.SHARES:
            yield "the pixels, from 0 to 1, were multiplied by 255"
        if ink is Ink.FRACTIONS:
            yield "the pixels were rounded to whole numbers"

    def _left_out(self) -> Iterator[str]:
        """Yield what is said of the lines above the table, if there are any."""
        if self.above:
            first, many = shown(self.above[0].strip(b'\t ",;|')), len(self.above)
            which, were = (f"{many} lines", "were") if many > 1 else ("line", "was")
            yield f"the first {which} ({first}) {were} left out"

    def _comma(self, layout: Layout) -> bool:
        """Whether decimals have a comma, as far as the first lines show it."""
        if self.dialect.separator != b",":
            return self._has(b",", layout)
        start = self.end if layout.headed else self.start
        return _QUOTED_DECIMAL.search(self.text, start, start + LONGEST) is not None

    def _has(self, sign: bytes, layout: Layout) -> bool:
        """Whether a sign occurs in the lines of values."""
        return self.text.find(sign, self.end if layout.headed else self.start) >= 0


def _with_number(line: bytes, place: int) -> bytes:
    """Return a line of values with the number in one cell that a word there says, else as it is."""
    cells = line.split(b",", place + 1)
    if place < len(cells) and as_number(cells[place]) is None:
        number = number_of(cells[place].decode("utf-8", "replace"))
        cells[place] = cells[place] if number is None else b"%d" % number
    return b",".join(cells)


def _digit(truth: re.Match[bytes]) -> bytes:
    return b"%d" % (truth[1].lower() == b"true")


def table_of(text: bytes) -> Table:
    """Return a text that is not blank as a table.

    Raises:
        Fault: it holds nothing but a line that declares a separator.
    """
    head = list(islice(lines(text), _HEAD))
    start = text.index(head[0][1])
    if separator := declared(head[0][1]):
        start, head = start + len(head[0][1]), head[1:]
    if not head:
        raise Fault("has no rows, only a line that names the separator")
    above = [line for _, line in head[: titles([line for _, line in head])]]
    for line in above:
        start = text.index(line, start) + len(line)
    (number, first), second = head[len(above)], head[len(above) + 1 : len(above) + 2]
    start = text.index(first, start)
    if len(first) > LONGEST:
        raise Fault(
            f"begins with a line of {len(first):,} characters, expected about 785 values in each line"
        )
    dialect = dialect_of(first, second[0][1] if second else b"", separator)
    return Table(text, dialect, tuple(dialect.names(first)), start, start + len(first), number, tuple(above))

"""What each column of a table holds where no header names it: told by what stands in its first and last ones.

Pixels at the border are nearly always 0, so labels are told from them by being digits, not all the same.
"""

from collections.abc import Iterable, Sequence
from itertools import chain, islice, takewhile

import numpy as np
from numpy.typing import NDArray

from core.data.faults import Fault, expected
from core.data.tables.cells import as_number
from core.data.tables.layout import COLUMNS, Layout

_FORMS = {
    0: ("P",),
    1: ("LP", "PL", "IP"),
    2: ("ILP", "IPL"),
    10: ("HP", "PH"),
    11: ("IHP", "IPH"),
}
"""What may stand side by side, by the number of columns that are no pixels: index, label, pixels, one-hot."""
_LENGTHS = {"I": 1, "L": 1, "H": 10, "P": 784}
_BORDER = 13

Cells = NDArray[np.float64]


class Borders:
    """The first and last 13 values of each line, float64 (n, 13) each; NaN where there is no number.

    Behind the first line they end where one has not as many values as it should: millions of short ones would
    fill the memory.
    """

    def __init__(self, lines: Iterable[tuple[int, bytes]], width: int) -> None:
        numbers, front, back = [], [], []
        rest = iter(lines)
        whole = takewhile(lambda each: each[1].count(b",") == width - 1, rest)
        for number, line in chain(islice(rest, 1), whole):
            numbers.append(number)
            front.append(_floats(line.split(b",", _BORDER)[:_BORDER]))
            back.append(_floats(line.rsplit(b",", _BORDER)[-_BORDER:]))
        self.numbers = numbers
        self.front, self.back = (np.array(side).reshape(-1, _BORDER) for side in (front, back))

    def __getitem__(self, place: int) -> Cells:
        """Return a column (n,) by its place from the front, or from the end if negative."""
        column: Cells = self.front[:, place] if place >= 0 else self.back[:, place]
        return column


def _floats(cells: Sequence[bytes]) -> list[float]:
    values = [np.nan if (value := as_number(cell)) is None else value for cell in cells]
    return values + [np.nan] * (_BORDER - len(values))


def by_values(
    lines: Iterable[tuple[int, bytes]], names: Sequence[str], headed: bool, index: int = 0
) -> list[Layout]:
    """Return all layouts that fit the values, most often a single one.

    Args:
        lines: their numbers, and values with commas between.
        names: of all columns.
        headed: whether the names are the file's own.
        index: so many columns in front are known only to number the lines.

    Raises:
        Fault: no layout fits.
    """
    forms = _FORMS.get(len(names) - index - _LENGTHS["P"])
    if forms is None:
        values = f"{len(names):,} value{'' if len(names) == 1 else 's'}"
        raise Fault(
            f"has {values} in its first line and no header, expected 784 pixels (28×28), with or without a "
            f"label and an index, or a header such as {expected(COLUMNS)}"
        )
    layouts = [_layout(form, names, headed, index) for form in forms]
    if len(layouts) == 1:
        return layouts
    borders = Borders(lines, len(names))
    found = [layout for layout in layouts if _fits(layout, borders, index)]
    if not found:
        raise Fault(_nothing_fits(borders, headed, index))
    return found


def _layout(form: str, names: Sequence[str], headed: bool, index: int) -> Layout:
    """Return the layout that letters describe, behind the index columns that are known."""
    places, start = {}, index
    for letter in form:
        places[letter] = tuple(range(start, start := start + _LENGTHS[letter]))
    labels = places.get("L", places.get("H", ()))
    return Layout(tuple(names), places["P"], labels, (*range(index), *places.get("I", ())), headed)


def _fits(layout: Layout, borders: Borders, known: int) -> bool:
    numbered = all(is_index(borders[place]) for place in layout.index[known:])
    columns = [borders[place if place < _BORDER else place - layout.width] for place in layout.labels]
    labels = _are_labels(columns[0]) if len(columns) == 1 else not columns or _are_one_hot(np.array(columns))
    return numbered and labels


def is_index(column: Cells) -> bool:
    """Whether a column numbers the lines: one more in each."""
    return len(column) > 1 and bool((np.diff(column) == 1).all())


def _are_labels(column: Cells) -> bool:
    return bool(np.isin(column, range(10)).all()) and len(np.unique(column)) > 1


def _are_one_hot(columns: Cells) -> bool:
    return bool((np.isin(columns, (0, 1)).all(axis=0) & (columns.sum(axis=0) == 1)).all())


def _nothing_fits(borders: Borders, headed: bool, index: int) -> str:
    first, last = _described(borders, index), _described(borders, -1)
    front = "the first after the index" if index else "the first"
    lacking = "column named label" if headed else "header"
    return (
        f"has no {lacking}, and no column at either end can be the label "
        f"({front} holds {first}, the last {last}): name the columns in a first line, {expected(COLUMNS)}"
    )


def _described(borders: Borders, place: int) -> str:
    column = borders[place]
    if (broken := np.isnan(column)).any():
        return f"no number in line {borders.numbers[int(broken.argmax())]}"
    low, high = column.min(), column.max()
    return f"{low:g} in every line" if low == high else f"{low:g} to {high:g}"

"""Which column of a table is which: the one layout that its header and its values allow."""

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from core.data.archive import Wanted
from core.data.faults import Fault, expected
from core.data.tables.header import by_names, counted, has_one_more, leading_index
from core.data.tables.headless import Borders, by_values, is_index
from core.data.tables.layout import COLUMNS, SIZE, Layout
from core.data.tables.table import Table
from core.words import count

_NEEDED = "which a file to train on needs (Kaggle's test.csv has none)"
LACKS_LABELS = f"lacks the column label, {_NEEDED}"
_MOSTLY = 0.5
"""A first line with a larger share of numbers is no header."""
_MANGLED = (
    "has its first image where its header should be, in the way of pandas (0, 0.1, 0.2, …): "
    "read the original there with header=None"
)


def layout_of(table: Table, wanted: Wanted) -> Layout:
    """Return the one layout of a table that has what is wanted.

    Raises:
        Fault: it has none, several, or another one.
    """
    try:
        found = _layouts(table)
    except Fault:
        if lines := _lying(table):
            raise Fault(lines) from None
        raise
    fitting = [layout for layout in found if wanted is Wanted.EITHER or _is(layout, wanted)]
    if len(fitting) > 1:
        raise Fault(_ambiguous(fitting))
    if not fitting:
        raise Fault(_another(found[0]))
    return fitting[0]


def _lying(table: Table) -> str:
    """Return what to do about a table whose columns may be the images, as it has a line for each pixel."""
    lines = sum(1 for _ in islice(table.rows(headed=False), SIZE + 3))
    columns = len(table.first)
    if lines not in range(SIZE, SIZE + 3) or columns in range(SIZE, SIZE + 3):
        return ""
    return (
        f"has {lines} lines of {count(columns, 'value')}: expected one image a line, so if each column is an "
        "image, turn the table first, in pandas by df.T"
    )


def _is(layout: Layout, wanted: Wanted) -> bool:
    return bool(layout.labels) == (wanted is Wanted.LABELLED)


def _layouts(table: Table) -> list[Layout]:
    """Return the layouts that fit a table: by the names in its header, else by its values."""
    try:
        layout = by_names(table.first)
    except Fault:
        if found := _with_unknown_label(table):
            return found
        if table.numeric <= _MOSTLY or counted(table.first):
            raise
        if _is_mangled(table.first):
            raise Fault(_MANGLED) from None
        return by_values(table.rows(headed=False), [""] * len(table.first), headed=False)
    if layout is None:
        return by_values(table.rows(headed=True), table.first, True, leading_index(table.first))
    return [layout.behind_index() if _is_numbered(table, layout) else layout]


def _with_unknown_label(table: Table) -> list[Layout]:
    """Return the layout of named pixels beside a column whose values are labels, such as “Klasse”."""
    if not has_one_more(table.first):
        return []
    try:
        found = by_values(table.rows(headed=True), table.first, True, leading_index(table.first))
    except Fault:
        return []
    return found if all(layout.labels for layout in found) else []  # it may as well number the lines


def _is_numbered(table: Table, layout: Layout) -> bool:
    """Whether each line begins with its number, for which the header has no name, as R writes it."""
    _, first = next(table.rows(headed=True), (0, b""))
    return first.count(b",") == layout.width and is_index(
        Borders(table.rows(headed=True), layout.width + 1)[0]
    )


def _is_mangled(names: Sequence[str]) -> bool:
    """Whether names are numbers from 0 to 255, with ".1" behind the second of the same, ".2" the third …"""
    seen: Counter[str] = Counter()
    for name in filter(None, names):
        value = name.partition(".")[0]
        again = f".{seen[value]}" if seen[value] else ""
        if not value.isdecimal() or len(value) > 3 or name != value + again:
            return False
        seen[value] += 1
    return seen.total() > len(seen)


def _another(layout: Layout) -> str:
    """Return that a table has labels, or none, where the other was wanted."""
    if not layout.labels:
        return LACKS_LABELS if layout.headed else f"has no labels, {_NEEDED}"
    place = layout.labels[0]
    where = f"a column {layout.named(place)}" if layout.headed else f"labels in column {place + 1}"
    return f"has {where}, expected the pixels alone, as in Kaggle's test.csv (train.csv has labels)"


def _ambiguous(layouts: Sequence[Layout]) -> str:
    ways = " or with ".join(_told(layout) for layout in layouts)
    return (
        f"can be read in more than one way, with {ways}: name the columns in a first line such as "
        f"{expected(COLUMNS)}"
    )


def _told(layout: Layout) -> str:
    """Return what a layout takes for what, as far as layouts of the same table differ in it."""
    if not layout.labels:
        return "an index in front and no labels" if layout.index else "no labels"
    where = "in front of" if layout.labels[0] < layout.pixels[0] else "behind"
    return f"the labels {where} the pixels"

"""What each column of a table holds, told by the names in its header."""

import math
import re
from collections.abc import Sequence
from itertools import pairwise

from core.data.faults import Fault, expected, shown
from core.data.tables.families import Family, families
from core.data.tables.layout import COLUMNS, SIZE, Layout, Places
from core.words import listed

LABELS = frozenset(
    ["label", "labels", "class", "classes", "digit", "digits", "target", "targets", "category", "y"]
)
INDICES = frozenset(["index", "idx", "id", "ids", "imageid", "rowid", "row", "rownames"])
_FILES = frozenset(
    ["filename", "filenames", "file", "files", "path", "filepath", "image", "images", "imagename", "img"]
)
"""What a column is called that names the files of pictures."""
_FEW = 10
_LEAST_SIDE = 8
_LEAST_CUT = 100
"""Columns with rising numbers in their names that are taken for the first pixels of more."""
_UNNAMED = re.compile(r"unnamed: \d+(\.\d+)?(_level_\d+)?")


def by_names(names: Sequence[str]) -> Layout | None:
    """Return what the columns of a header hold, None where it only counts them.

    Raises:
        Fault: it is no header of digits, or one that is not clear.
    """
    labels, index, rest = _sorted_out(names)
    found = families(names, rest)
    if found and (size := other_size(len(found[0].places))):
        raise Fault(f"has {len(found[0].places):,} columns of pixels ({size}), expected 784 (28×28)")
    if not found or len(found[0].places) < SIZE // 2:
        raise Fault(_cut_off(found) or _no_digits(names))
    split = found[0].split()
    pixels, *others = [*split, *found[1:]] if split else found
    order = pixels.in_order()
    hot = next((digits for family in others if (digits := family.digits())), ())
    used = {*pixels.places, *labels, *index, *hot}
    if order and len(labels) + bool(hot) <= 1 and len(used) == len(names):
        return Layout(tuple(names), order, labels or hot, index)
    if pixels.counts() and leading_index(names) + len(pixels.places) == len(names):
        return None
    raise Fault(_unclear(names, pixels, labels, hot, used))


def other_size(pixels: int) -> str | None:
    """Return what images of another size have so many pixels, such as 8×8 for scikit-learn's; None: none."""
    side = math.isqrt(pixels)
    if pixels == 3 * SIZE:
        return "28×28 in three colours"
    return f"{side}×{side}" if side * side == pixels != SIZE and side >= _LEAST_SIDE else None


def _sorted_out(names: Sequence[str]) -> tuple[Places, Places, Places]:
    """Return the places of labels, of indices and of all others, by their names."""
    labels: list[int] = []
    index: list[int] = []
    rest: list[int] = []
    for place, name in enumerate(names):
        word = re.sub(r"[\s_.-]", "", name.lower())
        counts = word in INDICES or _UNNAMED.fullmatch(name.strip().lower())
        in_front = not word and place == len(index)
        (labels if word in LABELS else index if counts or in_front else rest).append(place)
    return tuple(labels), tuple(index), tuple(rest)


def leading_index(names: Sequence[str]) -> int:
    """Return how many columns in front are named as ones that only number the lines."""
    index = _sorted_out(names)[1]
    return next((at for at, place in enumerate(index) if at != place), len(index))


def has_one_more(names: Sequence[str]) -> bool:
    """Whether a single column, of whatever name, stands before or behind 784 pixels in order."""
    _, index, rest = _sorted_out(names)
    found = families(names, rest)
    if not found or (pixels := found[0].in_order()) is None or pixels != tuple(sorted(pixels)):
        return False
    others = {*range(len(names))} - {*pixels, *index}
    return len(others) == 1 and others <= {pixels[0] - 1, pixels[-1] + 1}


def counted(names: Sequence[str]) -> bool:
    """Whether a line of numbers counts the columns: it is a header, since no image has 0, 1, 2 … 783."""
    middle = [int(name) if name.isdecimal() and len(name) < 5 else -1 for name in names[50:700]]
    return len(middle) > 400 and all(b - a == 1 for a, b in pairwise(middle))


def _cut_off(found: Sequence[Family]) -> str:
    """Return what is wrong where the first pixels are there, in their order, and no others; "" elsewhere."""
    numbers = [number[0] for number in found[0].numbers] if found else []
    if len(numbers) < _LEAST_CUT or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
        return ""
    return (
        f"has {len(numbers):,} columns of pixels, expected 784 (28×28): a program may have cut the others "
        "off, as old spreadsheets keep 256 columns"
    )


def _no_digits(names: Sequence[str]) -> str:
    words = [re.sub(r"\W|_", "", name).lower() for name in names]
    if len(words) < _FEW and LABELS & {*words} and _FILES & {*words}:
        return (
            f"lists files and their labels ({shown(','.join(names))}) without any pixels: to train on the "
            "pictures, zip them in folders named 0 to 9"
        )
    if words == ["imageid", "label"]:
        return (
            "is a submission, such as Kaggle's sample_submission.csv: ids and labels without any pixels, "
            f"expected a file that begins with {expected(COLUMNS)}"
        )
    if len(names) >= SIZE:
        strange = next((name for name in names if name.strip().lower() not in LABELS | INDICES), names[0])
        unclear = f"has names that do not say which pixel is which, such as {shown(strange)}"
        return f"{unclear}, expected {expected(COLUMNS)}"
    return f"is no CSV file of digits: it begins with {shown(','.join(names))}, expected {expected(COLUMNS)}"


def _unclear(names: Sequence[str], pixels: Family, labels: Places, hot: Places, used: set[int]) -> str:
    """Return why a header with the names of pixels in it is not clear."""
    if (twice := _twice(names)) is not None:
        return f"has column {shown(twice)} twice in its header, expected {expected(COLUMNS)}"
    if len(labels) > 1:
        found = listed([shown(names[place]) for place in labels])
        return f"has {len(labels)} columns that may be the label, {found}: leave one in"
    if labels and hot:
        found = f"{shown(names[labels[0]])} and ten columns {names[hot[0]]} to {names[hot[-1]]}"
        return f"has its labels twice, in {found}: leave one of both in"
    if missing := pixels.missing():
        held = f"it has {len(pixels.places)} columns of pixels"
        return f"lacks the column {missing} in its header: {held}, expected 784 (28×28)"
    spare = next((place for place in range(len(names)) if place not in used), len(names) - 1)
    many = f"has a column too many, {shown(names[spare])} (number {spare + 1})"
    return f"{many}, expected {expected(COLUMNS)}"


def _twice(names: Sequence[str]) -> str | None:
    seen: set[str] = set()
    for name in names:
        word = name.strip().lower()
        if word and word in seen:
            return name
        seen.add(word)
    return None

"""What each column of a table of digits holds, told by its header: labels, an index, or which pixel."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from core.data.faults import Fault, expected, listed, shown

PIXELS = tuple(f"pixel{place}" for place in range(784))
COLUMNS = ("label", *PIXELS)
LABELS = frozenset(
    {"label", "labels", "class", "classes", "digit", "digits", "target", "targets", "y", "category"}
)
INDICES = frozenset({"index", "idx", "id", "ids", "imageid", "rowid", "row", "rownames"})
_UNNAMED = re.compile(r"unnamed: \d+(\.\d+)?(_level_\d+)?")
_WORD, _NUMBER = r"([^\d]*)", r"(\d+)"
_NUMBERED = re.compile(_WORD + _NUMBER + _WORD)
_GRID = re.compile(_WORD + _NUMBER + r"([^\d]+)" + _NUMBER + _WORD)
_SIZE, _DIGITS = 784, 10

Places = tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """Where in a line what stands, counted from 0.

    Attributes:
        names: of all columns; none of them has one where there is no header.
        pixels: 784 places in the order of the image, row by row.
        labels: none, one place, or ten for labels that are one-hot.
        index: places of what only numbers the lines.
        headed: whether the names are the file's own.
    """

    names: tuple[str, ...]
    pixels: Places
    labels: Places = ()
    index: Places = ()
    headed: bool = True

    @cached_property
    def width(self) -> int:
        """How many values a line has."""
        return len(self.names)

    def behind_index(self) -> "Layout":
        """Return the same layout with one more column in front, which the header does not name."""
        places = [tuple(place + 1 for place in old) for old in (self.pixels, self.labels, self.index)]
        return Layout(("", *self.names), places[0], places[1], (0, *places[2]), self.headed)

    def named(self, place: int) -> str:
        """Return what a column is called in a sentence: by its name, else by its number from 1."""
        name = self.names[place] if self.headed else ""
        if not name.strip():
            return str(place + 1)
        return name if len(name) <= 40 and name.isprintable() else shown(name)

    def how(self) -> Iterator[str]:
        """Yield what is not as in Kaggle's own files, each as a main clause."""
        if not self.headed:
            yield "there is no header"
        yield from (f"{self._place(place)}, an index, was left out" for place in self.index)
        if len(self.labels) == _DIGITS:
            first, last = (self.named(self.labels[place]) for place in (0, -1))
            yield f"the labels are in the ten columns {first} to {last}, each with a single 1 in a line"
        elif self.labels and (self.labels[0] > self.pixels[0] or self.names[self.labels[0]] != "label"):
            yield f"{self._place(self.labels[0])}, holds the label"
        if self.headed and tuple(self.names[place] for place in self.pixels) != tuple(PIXELS):
            first, last = (self.named(self.pixels[place]) for place in (0, -1))
            yield f"the pixels are the columns {first} to {last}"
        if any(b < a for a, b in pairwise(self.pixels)):
            yield "they were put into the order of their names"

    def _place(self, place: int) -> str:
        """Return a column by where it stands, with its name behind if it has one."""
        at = {0: "the first column", self.width - 1: "the last column"}.get(place, f"column {place + 1}")
        name = self.named(place)
        return at if name == str(place + 1) else f"{at}, {name}"


@dataclass(frozen=True)
class _Family:
    """Columns whose names differ in their numbers only."""

    numbers: tuple[tuple[int, ...], ...]
    places: Places
    words: tuple[str, ...]

    def in_order(self) -> Places | None:
        """Return the places of 784 pixels by their numbers, None where one is missing or there twice."""
        numbers, grid = list(self.numbers), len(self.words) == 3
        if grid and _across_first(self.words):
            numbers = [(down, across) for across, down in numbers]
        by_number = dict(zip(numbers, self.places, strict=True))
        for base in (0, 1):
            wanted = _grid(base) if grid else [(number,) for number in range(base, base + _SIZE)]
            if len(numbers) == _SIZE and set(by_number) == set(wanted):
                return tuple(by_number[number] for number in wanted)
        return None

    def digits(self) -> Places | None:
        """Return the places of ten columns that are named by the digits, from 0 to 9."""
        by_number = dict(zip(self.numbers, self.places, strict=True))
        wanted = [(digit,) for digit in range(_DIGITS)]
        fits = len(self.numbers) == _DIGITS and set(by_number) == set(wanted)
        return tuple(by_number[number] for number in wanted) if fits else None

    def missing(self) -> str | None:
        """Return the name of the first pixel that is not there, or None."""
        grid = len(self.words) == 3
        there = set(self.numbers)
        base = int(min(there)[-1] > 0 and max(there)[-1] == (28 if grid else _SIZE))
        wanted = _grid(base) if grid else [(number,) for number in range(base, base + _SIZE)]
        lacking = next((number for number in wanted if number not in there), None)
        return None if lacking is None else self._name(lacking)

    def _name(self, number: tuple[int, ...]) -> str:
        return "".join(f"{word}{digit}" for word, digit in zip(self.words, (*number, ""), strict=False))

    def split(self) -> tuple["_Family", "_Family"] | None:
        """Return ten columns named 0 to 9 and 784 named by their numbers alone, in whichever order."""
        for ten in (slice(0, _DIGITS), slice(_SIZE, None)):
            rest = slice(_DIGITS, None) if ten.start == 0 else slice(0, _SIZE)
            parts = [_Family(self.numbers[p], self.places[p], self.words) for p in (ten, rest)]
            if parts[0].digits() and parts[1].in_order():
                return parts[0], parts[1]
        return None


def _grid(base: int) -> list[tuple[int, ...]]:
    return [(row, column) for row in range(base, base + 28) for column in range(base, base + 28)]


def _across_first(words: tuple[str, ...]) -> bool:
    """Whether names such as x0y0 or c1r1 give the column first."""
    first, second = (re.sub(r"[^a-z]", "", word.lower()) for word in words[:2])
    return (first[-1:], second[-1:]) in {("x", "y"), ("c", "r"), ("l", "w")}  # also col…row


def _families(names: Sequence[str], places: Sequence[int]) -> list[_Family]:
    """Return the columns with numbers in their names by what stands around those, the largest first."""
    found: dict[tuple[str, ...], list[tuple[tuple[int, ...], int, tuple[str, ...]]]] = {}
    for place in places:
        name = names[place].strip()
        for pattern in (_GRID, _NUMBERED):
            if match := pattern.fullmatch(name):
                words, numbers = match.groups()[::2], tuple(map(int, match.groups()[1::2]))
                key = tuple(word.lower() for word in words)
                found.setdefault(key, []).append((numbers, place, words))
                break
    families = [
        _Family(tuple(n for n, _, _ in members), tuple(p for _, p, _ in members), members[0][2])
        for members in found.values()
    ]
    return sorted(families, key=lambda family: -len(family.places))


def by_names(names: Sequence[str]) -> Layout | None:
    """Return what the columns of a header hold, None where it only counts them.

    Raises:
        Fault: it is no header of digits, or one that is not clear.
    """
    labels, index, rest = _sorted_out(names)
    families = _families(names, rest)
    if not families or len(families[0].places) < _SIZE // 2:
        raise Fault(_no_digits(names))
    if split := families[0].split() if len(families[0].places) == _SIZE + _DIGITS else None:
        families = [split[1], split[0], *families[1:]]
    pixels = families[0].in_order()
    hot = next((digits for family in families[1:] if (digits := family.digits())), ())
    used = {*(pixels or ()), *labels, *index, *hot}
    if pixels is None or len(labels) + bool(hot) > 1 or len(used) < len(names):
        ahead = leading_index(names)
        if not labels and _counts(families[0]) and ahead + len(families[0].places) == len(names):
            return None
        raise Fault(_unclear(names, families[0], labels, hot, used if pixels else set(range(len(names)))))
    return Layout(tuple(names), pixels, labels or hot, index)


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


def counted(names: Sequence[str]) -> bool:
    """Whether a line of numbers counts the columns: it is a header, since no image has 0, 1, 2 … 783."""
    middle = [int(name) if name.isdecimal() and len(name) < 5 else -1 for name in names[50:700]]
    return len(middle) > 400 and all(b - a == 1 for a, b in pairwise(middle))


def _counts(family: _Family) -> bool:
    """Whether columns are numbered one after the other, more of them than there are pixels."""
    numbers = [number[0] for number in family.numbers]
    steps = (b - a for a, b in pairwise(numbers))
    return len(family.words) == 2 and len(numbers) > _SIZE and all(step == 1 for step in steps)


def _no_digits(names: Sequence[str]) -> str:
    if [re.sub(r"\W|_", "", name).lower() for name in names] == ["imageid", "label"]:
        return (
            "is a submission, such as Kaggle's sample_submission.csv: ids and labels without any pixels, "
            f"expected a file that begins with {expected(COLUMNS)}"
        )
    return f"is no CSV file of digits: it begins with {shown(','.join(names))}, expected {expected(COLUMNS)}"


def _unclear(names: Sequence[str], pixels: _Family, labels: Places, hot: Places, used: set[int]) -> str:
    """Return why a header with the names of pixels in it is not clear."""
    words = [name.strip().lower() for name in names]
    twice = next((name for place, name in enumerate(names) if name and words[place] in words[:place]), None)
    if twice is not None:
        return f"has column {shown(twice)} twice in its header, expected {expected(COLUMNS)}"
    if len(labels) > 1:
        found = listed([shown(names[place]) for place in labels])
        return f"has {len(labels)} columns that may be the label, {found}: leave one in"
    if labels and hot:
        found = f"{shown(names[labels[0]])} and ten columns {names[hot[0]]} to {names[hot[-1]]}"
        return f"has its labels twice, in {found}: leave one of both in"
    if missing := pixels.missing():
        held = len(pixels.places)
        return (
            f"lacks the column {missing} in its header: it has {held} columns of pixels, expected 784 (28×28)"
        )
    spare = next((place for place in range(len(names)) if place not in used), len(names) - 1)
    many = f"has a column too many, {shown(names[spare])} (number {spare + 1})"
    return f"{many}, expected {expected(COLUMNS)}"

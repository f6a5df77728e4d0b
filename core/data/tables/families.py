"""Columns whose names differ in their numbers only, such as pixel0 … pixel783 or 1x1 … 28x28."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from core.data.tables.layout import DIGITS, SIDE, SIZE, Places

_WORD, _NUMBER = r"([^\d]*)", r"(\d{1,6})"
_NUMBERED = re.compile(_WORD + _NUMBER + _WORD)
_GRID = re.compile(_WORD + _NUMBER + r"([^\d]+)" + _NUMBER + _WORD)
_ACROSS_FIRST = {("x", "y"), ("c", "r"), ("l", "w")}
"""How the words before two numbers end if the first is the column's: x0y0, c1r1, col1row1."""

Number = tuple[int, ...]


@dataclass(frozen=True)
class Family:
    """Columns whose names differ in their numbers only.

    Attributes:
        words: what stands around the numbers: two words around one, three around a row's and a column's.
        numbers: of each column; one each, or two.
        places: of these columns in the table.
    """

    words: tuple[str, ...]
    numbers: tuple[Number, ...]
    places: Places

    def in_order(self) -> Places | None:
        """Return the places of 784 pixels by their numbers, None where one is missing or there twice."""
        return next((places for base in (0, 1) if (places := self._by(self._pixels(base)))), None)

    def digits(self) -> Places | None:
        """Return the places of ten columns that are numbered by the digits, from 0 to 9."""
        return self._by([(digit,) for digit in range(DIGITS)])

    def counts(self) -> bool:
        """Whether the columns are numbered one after the other, more of them than there are pixels."""
        steps = (b[0] - a[0] for a, b in pairwise(self.numbers))
        return not self._is_grid and len(self.places) > SIZE and all(step == 1 for step in steps)

    def missing(self) -> str | None:
        """Return the name of the first pixel that is not there, or None."""
        there = set(self.numbers)
        base = int(min(there)[-1] > 0 and max(there)[-1] == (SIDE if self._is_grid else SIZE))
        for number in self._pixels(base):
            if number not in there:
                ends = (*(str(part) for part in number), "")
                return "".join(f"{word}{end}" for word, end in zip(self.words, ends, strict=True))
        return None

    def split(self) -> tuple["Family", "Family"] | None:
        """Return 784 pixels in order and ten digits beside them, all with the same words in their names."""
        for ten, rest in ((slice(DIGITS), slice(DIGITS, None)), (slice(SIZE, None), slice(SIZE))):
            digits, pixels = (Family(self.words, self.numbers[at], self.places[at]) for at in (ten, rest))
            if digits.digits() and pixels.in_order() == pixels.places:
                return pixels, digits
        return None

    @property
    def _is_grid(self) -> bool:
        return len(self.words) == 3

    def _pixels(self, base: int) -> list[Number]:
        """Return the numbers of all pixels, row by row, counted from `base`."""
        if not self._is_grid:
            return [(number,) for number in range(base, base + SIZE)]
        side = range(base, base + SIDE)
        ends = tuple(re.sub(r"[^a-z]", "", word.lower())[-1:] for word in self.words[:2])
        grid = [(row, column) for row in side for column in side]
        return [(column, row) for row, column in grid] if ends in _ACROSS_FIRST else [*grid]

    def _by(self, wanted: list[Number]) -> Places | None:
        """Return the places of these numbers, None unless they are the family's, each once."""
        by_number = dict(zip(self.numbers, self.places, strict=True))
        fits = len(self.numbers) == len(wanted) and by_number.keys() == set(wanted)
        return tuple(by_number[number] for number in wanted) if fits else None


def families(names: Sequence[str], places: Sequence[int]) -> list[Family]:
    """Return the columns with numbers in their names by what stands around those, the largest first."""
    found: dict[tuple[str, ...], list[tuple[tuple[str, ...], Number, int]]] = {}
    for place in places:
        name = names[place].strip()
        if match := _GRID.fullmatch(name) or _NUMBERED.fullmatch(name):
            words, numbers = match.groups()[::2], tuple(map(int, match.groups()[1::2]))
            found.setdefault(tuple(map(str.lower, words)), []).append((words, numbers, place))
    gathered = [
        Family(members[0][0], tuple(n for _, n, _ in members), tuple(p for _, _, p in members))
        for members in found.values()
    ]
    return sorted(gathered, key=lambda family: -len(family.places))

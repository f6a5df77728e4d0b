"""Where in a line of a table what stands, and how that differs from Kaggle's own files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from core.data.faults import shown
from core.words import listed

SIDE, SIZE, DIGITS = 28, 784, 10
PIXELS = [f"pixel{place}" for place in range(SIZE)]
COLUMNS = ["label", *PIXELS]

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
        if self.index:
            left_out = "an index, was" if len(self.index) == 1 else "which count the lines, were"
            yield f"{listed([self._place(place) for place in self.index])}, {left_out} left out"
        if len(self.labels) == DIGITS:
            yield f"the label is the place of the 1 in columns {self.from_to(self.labels)}"
        elif self.labels and self._is_unusual(self.labels[0]):
            yield self._label(self.labels[0])
        if self.headed and tuple(self.names[place] for place in self.pixels) != tuple(PIXELS):
            yield f"the pixels are the columns {self.from_to(self.pixels)}"
        if any(b < a for a, b in pairwise(self.pixels)):
            yield "the pixels were put into the order of their names"

    def _is_unusual(self, label: int) -> bool:
        return label > min(self.pixels) or self.names[label] != "label"

    def _label(self, place: int) -> str:
        if self.names[place] == "label":
            return f"the label is in {self._place(place).removesuffix(' (label)')}"
        return f"{self._place(place)} holds the label"

    def from_to(self, places: Places) -> str:
        """Return what columns are called in a sentence, from the first to the last."""
        return f"{self.named(places[0])} to {self.named(places[-1])}"

    def _place(self, place: int) -> str:
        """Return a column by where it stands, with its name in brackets if it has one."""
        at = {0: "the first column", self.width - 1: "the last column"}.get(place, f"column {place + 1}")
        name = self.named(place)
        return at if name == str(place + 1) else f"{at} ({name})"

"""Lines above a table: its title, as Numbers and people in Excel write it, comments, and empty rows."""

from collections.abc import Sequence

from core.data.tables.dialect import LONGEST, SEPARATORS, Dialect

_MOST = 10
"""Lines that are looked through for the first row."""
_WIDE = 784


def titles(head: Sequence[bytes]) -> int:
    """Return how many of a text's first lines stand above its table: one cell at most, then a whole row."""
    for place, line in enumerate(head[:_MOST]):
        if len(line) > LONGEST:
            return 0
        if separator := _separator(line):
            return place if all(_filled(above, separator) <= 1 for above in head[:place]) else 0
    return 0


def _separator(line: bytes) -> bytes | None:
    """Return what parts a line into as many values as an image has, all of them filled, or None."""
    return next((sign for sign in SEPARATORS if _filled(line, sign) >= _WIDE), None)


def _filled(line: bytes, separator: bytes) -> int:
    """Return how many cells of a line hold anything; words with blanks between are one, if they are few."""
    if separator == b" " and len(line.split()) < _WIDE:
        return bool(line.strip())
    return sum(map(bool, Dialect(separator).names(line)))

"""The numbers in a text that is written as Kaggle writes it: digits, commas and line ends, nothing else.

Whole blocks are taken apart at once in NumPy, at least twice as fast as by `pandas.read_csv`. What is not so
plain, or not as it must be, is left to `cells`, which knows more ways to write a number.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.data.tables.cells import Bytes, Numbers, digits_of
from core.data.tables.layout import SIZE, Layout

_BLOCK = 1 << 18
"""Bytes taken apart at a time: with all that is made of them they stay in the processor's cache."""
_AHEAD, _NONE = 3, 255
"""So many signs that are no digits are put before a block: as many as a number may have."""

Told = Callable[[float], None]
"""Hears which share is done, from 0 to 1."""


def plain_numbers(text: bytes, start: int, layout: Layout, told: Told = lambda share: None) -> Numbers | None:
    """Return what the lines from `start` on hold, None where any of it is not plain or not as it must be.

    Plain are cells of one to three digits, 255 at most, with commas between and nothing around them, in lines
    of the layout's width, none of them blank.
    """
    most = (len(text) - start) // (
        2 * layout.width
    ) + 1  # the shortest cell is "0,"; what is unused costs nothing
    images, labels = np.empty((most, SIZE), np.uint8), np.empty(most, np.uint8)
    pixels, at = _place(layout.pixels), 0
    room = np.empty((4, _AHEAD + _BLOCK + 1), np.uint8)
    for block, end in _blocks(text, start):
        cells = _cells(block, layout.width, room)
        digits = None if cells is None else digits_of(cells[:, list(layout.labels)])
        if cells is None or digits is None:
            return None
        images[at : at + len(cells)] = cells[:, pixels]
        labels[at : at + len(cells)] = digits
        at += len(cells)
        told((end - start) / (len(text) - start))
    if not at:
        return None
    return Numbers(images[:at].reshape(-1, 28, 28), labels[:at] if layout.labels else None)


def _blocks(text: bytes, start: int) -> Iterator[tuple[Bytes, int]]:
    """Yield the text in whole lines, each with its end, and where in the text that is."""
    while start < len(text):
        end = text.rfind(b"\n", start, start + _BLOCK) + 1
        if not end and len(text) - start <= _BLOCK:
            yield np.frombuffer(text[start:] + b"\n", np.uint8), len(text)
            return
        if not end:
            yield np.zeros(0, np.uint8), len(text)  # a line longer than a block is not looked at
            return
        yield np.frombuffer(text, np.uint8, end - start, start), end
        start = end


def _cells(block: Bytes, width: int, room: Bytes) -> Bytes | None:
    """Return the cells (lines, width) of whole lines, None where they are not plain.

    Args:
        room: uint8 (4, `_AHEAD` and a block's signs at least), to work in. New arrays for each block would be
            pages that the system has to empty first, which takes longer than all that is worked out.
    """
    digits, is_digit, first, second = room[:, : _AHEAD + len(block)]
    digits[:_AHEAD] = _NONE
    np.subtract(block, np.uint8(ord("0")), out=digits[_AHEAD:])  # what is less than "0" becomes large
    np.less(digits, 10, out=is_digit.view(bool))
    digits *= is_digit
    ends = _ends(block, is_digit, width, first[_AHEAD:])
    values = None if ends is None else _values(digits, is_digit, first[2:], second[2:])
    return None if values is None else values[ends].reshape(-1, width)


def _ends(block: Bytes, is_digit: Bytes, width: int, free: Bytes) -> NDArray[np.intp] | None:
    """Return where cells end, None where one is empty or they do not stand in lines of so many.

    Args:
        is_digit: 0 or 1 for each of the signs ahead and of the block.
        free: as long as the block, to work in.
    """
    if not np.bitwise_or(is_digit[_AHEAD:], is_digit[_AHEAD - 1 : -1], out=free).all():  # an empty cell
        return None
    np.subtract(1, is_digit[_AHEAD:], out=free)
    ends = np.flatnonzero(free.view(bool))  # many times as fast as a mask
    lines, rest = divmod(len(ends), width)
    commas = np.count_nonzero(np.equal(block, ord(","), out=free.view(bool)))
    if rest or not lines or commas != len(ends) - lines:
        return None
    return ends if (block[ends[width - 1 :: width]] == ord("\n")).all() else None


def _values(digits: Bytes, is_digit: Bytes, hundreds: Bytes, lower: Bytes) -> Bytes | None:
    """Return for each sign of a block the number that ends before it, None if one is above 255.

    All in bytes: a wider type would take twice the time.

    Args:
        digits, is_digit: of the signs ahead and of the block; 0 where there is none.
        hundreds, lower: two less, to work in.
    """
    np.bitwise_and(is_digit[2:], is_digit[1:-1], out=hundreds)
    hundreds &= is_digit[:-2]
    if np.bitwise_and(hundreds[1:], hundreds[:-1], out=lower[1:]).any():  # four digits
        return None
    hundreds *= digits[:-2]
    if hundreds.max() > 2:
        return None
    hundreds *= 100
    np.multiply(digits[1:-1], 10, out=lower)
    lower += digits[2:]
    values = np.add(hundreds, lower, out=hundreds)
    return None if (values < lower).any() else values  # 256 and more begin again at 0


def _place(places: tuple[int, ...]) -> slice | list[int]:
    """Return places as a slice where they follow one another, which needs no copy."""
    first, last = places[0], places[-1]
    return slice(first, last + 1) if places == tuple(range(first, last + 1)) else list(places)

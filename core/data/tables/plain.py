"""The numbers in a text that is written as Kaggle writes it: digits, commas and line ends, nothing else.

Whole blocks are taken apart at once in NumPy, three times as fast as by `pandas.read_csv`. What is not so
plain, or not as it must be, is left to `cells`, which knows more ways to write a number.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from core.data.tables.cells import Bytes, Numbers, digits_of
from core.data.tables.layout import SIZE, Layout

_BLOCK = 1 << 18
"""Bytes taken apart at a time: with all that is made of them they stay in the processor's cache."""
_MOST = 255

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
    for block, end in _blocks(text, start):
        cells = _cells(block, layout.width)
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


def _cells(block: Bytes, width: int) -> Bytes | None:
    """Return the cells (lines, width) of whole lines, None where they are not plain."""
    digits = block - np.uint8(ord("0"))  # what is less than "0" becomes large
    is_digit = digits < 10
    two = is_digit[1:] & is_digit[:-1]
    three = two[1:] & is_digit[:-2]
    if (three[1:] & is_digit[:-3]).any():
        return None
    digits *= is_digit
    values = digits.astype(np.uint16)
    values[1:] += digits[:-1] * np.uint8(10) * two
    values[2:] += digits[:-2] * np.uint16(100) * three
    ends = np.flatnonzero(~is_digit)  # many times as fast as a mask
    if not _are_lines(block, ends, width) or not is_digit[ends - 1].all():  # an empty cell
        return None
    cells = values[ends - 1]
    return cells.astype(np.uint8).reshape(-1, width) if cells.max() <= _MOST else None


def _are_lines(block: Bytes, ends: NDArray[np.intp], width: int) -> bool:
    """Whether cells that end there stand in lines of so many, with commas between."""
    lines, commas = (np.count_nonzero(block == ord(sign)) for sign in "\n,")
    whole = lines * width == lines + commas == len(ends) > 0
    return whole and bool((block[ends[width - 1 :: width]] == ord("\n")).all())


def _place(places: tuple[int, ...]) -> slice | list[int]:
    """Return places as a slice where they follow one another, which needs no copy."""
    first, last = places[0], places[-1]
    return slice(first, last + 1) if places == tuple(range(first, last + 1)) else list(places)

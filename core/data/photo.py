"""A photograph's digits: its light evened out, its paper's lines taken out, its ink told from its paper."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.colour import project
from core.data.light import Ground, grounds, smooth, standing_out
from core.data.marks import Digit, find_digits
from core.data.picture import Photo, read_photo
from core.data.rules import without_rules
from core.data.sheet import find_sheet
from core.errors import DataError

Floats = NDArray[np.float32]
Ink = Literal["auto", "dark", "light"]
LEAST_CONTRAST, MOST_CONTRAST = 0.3, 3.0
UNSURE = "Whether the ink is dark or light cannot be told for sure here: both readings are shown."
_CONTRAST = 0.12
"""Ink must differ from its paper by this share of black to white, or the picture holds none."""
_SURE, _THINNER = 0.35, 1.9
"""So much must differ what else is like the ink, or the width of the strokes, to be sure which is ink."""
_FAINT, _FULL = 0.15, 0.8
"""Of the ink in most strokes: what is none, and what is as much as can be."""


@dataclass(frozen=True, eq=False)
class Reading:
    """The digits of a photograph, and whether their ink was taken to be dark or light."""

    ink: Ink
    digits: tuple[Digit, ...]


@dataclass(frozen=True, eq=False)
class Seen:
    """A photograph, uint8 (h, w, 3), and its readings: one, or two where it is unsure which is the ink."""

    photo: Photo
    readings: tuple[Reading, ...]


@dataclass(frozen=True, eq=False)
class _Paper:
    """The part of a photograph that is paper: where it is, its colours, and what it is like either way."""

    place: tuple[slice, slice]
    colours: Floats
    inside: NDArray[np.bool_] | None
    grounds: dict[Ink, Ground]


def look(source: bytes | Path, name: str, ink: Ink = "auto", contrast: float = 1) -> Seen:
    """Return a picture's file as a photograph with the digits found in it.

    Args:
        ink: dark, light, or to be found out.
        contrast: above 1 fainter strokes count as ink, below 1 fewer do.

    Raises:
        DataError: it cannot be read, there is no digit in it, or there is no such contrast.
    """
    photo = read_photo(source, name)
    paper = _paper(photo)
    found, refused = [], []
    for kind in _kinds(paper, ink):
        try:
            found.append(Reading(kind, tuple(find_digits(_ink(photo, paper, kind, contrast)))))
        except DataError as error:
            refused.append(error)
    if not found:
        raise refused[0]
    return Seen(photo, tuple(found))


def ink_of(photo: Photo, ink: Ink = "auto", contrast: float = 1) -> Floats:
    """Return how much ink is where in a photograph, float32 (h, w): 0 on paper, 1 in full strokes.

    Raises:
        DataError: nothing stands out from the paper, or there is no such contrast.
    """
    paper = _paper(photo)
    return _ink(photo, paper, _kinds(paper, ink)[0], contrast)


def _paper(photo: Photo) -> _Paper:
    colours = smooth(photo)
    sheet = find_sheet(colours.mean(axis=2))
    place = slice(0, photo.shape[0]), slice(0, photo.shape[1])
    if sheet is not None:
        rows, columns = (np.flatnonzero(sheet.any(axis=axis)) for axis in (1, 0))
        place = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
        sheet = sheet[place]
    dark, light = grounds(colours[place].mean(axis=2), sheet)
    return _Paper(place, colours[place], sheet, {"dark": dark, "light": light})


def _kinds(paper: _Paper, ink: Ink) -> list[Ink]:
    """Return which kinds of ink to look for, the likelier first.

    Nothing else in a picture is as dark, or as light, as its ink; but what of the paper is seen between
    strokes is as light as all the paper. Where that does not tell, ink is what has far thinner strokes.
    """
    if ink != "auto":
        return [ink]
    dark, light = paper.grounds["dark"], paper.grounds["light"]
    if abs(dark.alike - light.alike) > _SURE:
        return ["dark"] if dark.alike < light.alike else ["light"]
    order: list[Ink] = ["dark", "light"] if dark.stroke <= light.stroke else ["light", "dark"]
    thin, thick = sorted((dark.stroke, light.stroke))
    return order[:1] if thick > _THINNER * thin else order


def _ink(photo: Photo, paper: _Paper, kind: Ink, contrast: float) -> Floats:
    """Return the ink of a kind in a photograph, in its shape (h, w)."""
    if not LEAST_CONTRAST <= contrast <= MOST_CONTRAST:
        raise DataError(f"Expected a contrast of {LEAST_CONTRAST:g} to {MOST_CONTRAST:g}, got {contrast:g}.")
    differing = standing_out(paper.colours, paper.grounds[kind])
    if paper.inside is not None:
        differing[~paper.inside] = 0
    ink, noise, most = project(differing)
    if most * contrast < _CONTRAST:
        raise DataError(
            "Nothing is written here that stands out from its paper: write darker, come closer, "
            "or take more light."
        )
    ink = without_rules(ink, max(0.06, 2 * noise)) * np.float32(contrast)
    faint = min(max(_FAINT, 2 * noise * contrast), _FULL / 2)
    whole = np.zeros(photo.shape[:2], np.float32)
    whole[paper.place] = np.clip((ink - faint) / (_FULL - faint), 0, 1)
    return whole

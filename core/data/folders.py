"""Pictures in folders named by the digit on them (`train/3/17.png`), zipped, as MNIST is often spread.

Nothing is written to disk: what a member is called tells its digit and its place in the order, no more.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.members import DAMAGED, check_member, is_note, read_member
from core.data.named_digits import number_of
from core.data.tables.cells import Numbers
from core.data.tables.kinds import PICTURES
from core.data.tables.plain import Told
from core.errors import DataError
from core.words import count, listed

SIDE = 28
LONGEST = 1_000
"""Pixels of a picture's longer side at most."""
LEAST = 8
"""Pixels of a picture's shorter side at least, as in the smallest digits that people train on."""
_LEAN = 1.25
"""As many times as long as its shorter side a picture's longer one may be: what is longer is no digit."""
MOST_PIXELS = 4_000_000_000
"""Of all pictures together, as of 60,000 with 256×256 each."""
_TESTING = re.compile(r"(?<![a-z])(?:test|val|eval)")
_TOLD_EVERY = 200
"""Pictures between two words on how far it is."""
_WIDEST = 80
"""Characters of a place that are shown; the end tells pictures apart."""

Members = dict[str, zipfile.ZipInfo]
"""Members of a zip by their path, "train/3/17.png", in the order of the paths."""


@dataclass(frozen=True)
class Folders:
    """The pictures in a zip.

    Attributes:
        sets: those in folders named by digits, by what these folders lie in: "mnist_png/training", or "".
        outside: how many lie elsewhere.
        others: the paths of files of other kinds in the folders of these sets.
    """

    sets: Mapping[str, Members]
    outside: int
    others: tuple[str, ...]


def folders_of(archive: zipfile.ZipFile) -> Folders:
    """Return which pictures a zip holds, by their names alone; what systems hide in zips is passed by."""
    files = _files(archive)
    pictures = {path: member for path, member in files.items() if path.lower().endswith(PICTURES)}
    sets: dict[str, Members] = {}
    for path, member in pictures.items():
        if (above := _above(path)) is not None:
            sets.setdefault(above, {})[path] = member
    sets = {above: members for above, members in sets.items() if any(_number(path) <= 9 for path in members)}
    others = tuple(path for path in files.keys() - pictures.keys() if _above(path) in sets)
    return Folders(sets, len(pictures) - sum(len(members) for members in sets.values()), others)


def read_folders(archive: zipfile.ZipFile, name: str, most: int, told: Told) -> tuple[Numbers, str]:
    """Return the pictures of a zip that has some in folders named by digits, and how they were read.

    Those of 28×28 are taken as they are, in grey; of another size, if all have that one, they are resized.
    Where a zip has training and testing folders, the training ones are read. The order is that of the paths.

    Args:
        name: of the file in the sentences.
        most: bytes that the pictures may have, packed as pictures and as grey values of 28×28.
        told: hears which share is read, from 0 to 1.

    Returns:
        Numbers, and in main clauses with semicolons what was taken and made of it.

    Raises:
        DataError: one sentence on the first picture that is none or of another size, on folders with two
            meanings, or on what is too much.
    """
    folders = folders_of(archive)
    taken = _taken(folders.sets)
    members = {path: member for above in taken for path, member in folders.sets[above].items()}
    members = dict(sorted(members.items()))
    _check(members, name, most)
    images, size = _images(archive, members, name, told)
    labels = np.array([_number(path) for path in members], np.uint8)
    return Numbers(images, labels), "; ".join(_how(folders, taken, size))


def _files(archive: zipfile.ZipFile) -> Members:
    """Return the members that are files in the zip; of two of one path the last, as unpacking leaves it."""
    found: Members = {}
    for member in archive.infolist():
        parts = [part for part in member.filename.replace("\\", "/").split("/") if part not in ("", ".")]
        if parts and ".." not in parts and not is_note(member.filename):
            found["/".join(parts)] = member
    return dict(sorted(found.items()))


def _above(path: str) -> str | None:
    """Return what the folder that is named by a number lies in; None: the file is in no such folder."""
    place, _, _ = path.rpartition("/")
    above, _, folder = place.rpartition("/")
    return None if number_of(folder) is None else above


def _number(path: str) -> int:
    """Return by which number the folder of a picture is named.

    Raises:
        ValueError: by none.
    """
    if (number := number_of(path.rsplit("/", 2)[-2])) is None:
        raise ValueError(path)
    return number


def _taken(sets: Mapping[str, Members]) -> list[str]:
    """Return which sets are read: the largest for training, else all that are not for testing, else all."""
    training = [above for above in sets if _is_training(above)]
    if training:
        return [min(training, key=lambda above: (-len(sets[above]), above))]
    return [above for above in sets if _is_training(above) is None] or list(sets)


def _is_training(above: str) -> bool | None:
    """Whether a set is for training or, False, for testing, by the innermost folder that says either."""
    for part in reversed(above.lower().split("/")):
        training, testing = "train" in part, bool(_TESTING.search(part))
        if training != testing:
            return training
    return None


def _check(members: Members, name: str, most: int) -> None:
    """Refuse what has two meanings or is too much, before anything is unpacked."""
    for path in members:
        if _number(path) > 9:
            raise DataError(
                f"{name} has pictures in a folder named by a larger number than 9 ({_shown(path)}), expected "
                "folders 0 to 9."
            )
        if any(re.fullmatch("[0-9]", part) for part in path.split("/")[:-2]):
            raise DataError(
                f"{name} has folders named by digits in such folders ({_shown(path)}), expected one digit "
                "for each picture."
            )
    if len(members) * SIDE * SIDE > most:
        raise DataError(
            f"{name} holds {len(members):,} pictures, the limit is {most // (SIDE * SIDE):,} (MNIST has "
            "70,000)."
        )
    for member in members.values():
        check_member(member, most, name)
    size = sum(member.file_size for member in members.values())
    if size > most:
        raise DataError(
            f"{name} has pictures of {size / 1e6:,.0f} MB unpacked, the limit is {most / 1e6:,.0f} MB."
        )


def _images(
    archive: zipfile.ZipFile, members: Members, name: str, told: Told
) -> tuple[NDArray[np.uint8], tuple[int, int]]:
    """Return the pictures, uint8 (n, 28, 28), and the height and width that they had."""
    from core.data.picture import resized  # Pillow, which the terminal need not load before it starts

    images = np.empty((len(members), SIDE, SIDE), np.uint8)
    size: tuple[int, int] | None = None
    for at, (place, grey) in enumerate(_greys(archive, members, name)):
        if size is None:
            size = _checked(grey.shape, len(members), place)
        elif grey.shape != size:
            raise DataError(
                f"{place} has {_size(grey.shape)} pixels and those before it {_size(size)}, expected 28×28, "
                "or one size for all."
            )
        images[at] = resized(grey, SIDE)
        if at % _TOLD_EVERY == 0:
            told(at / len(members))
    told(1.0)
    return images, size or (SIDE, SIDE)


def _greys(archive: zipfile.ZipFile, members: Members, name: str) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """Yield what each picture is called in sentences, and its grey values (h, w)."""
    from core.data.picture import read_grey

    for path, member in members.items():
        place = f"{name} ({_shown(path)})"
        try:
            content = read_member(archive, member)
        except DAMAGED:
            raise DataError(f"{place} is damaged in the archive: download it again.") from None
        yield place, read_grey(content, place, LONGEST)


def _checked(shape: tuple[int, ...], many: int, place: str) -> tuple[int, int]:
    """Return a picture's height and width.

    Raises:
        DataError: it is too small, no square or nearly, or so many of it are too much.
    """
    high, wide = shape
    if min(shape) < LEAST or max(shape) > _LEAN * min(shape):
        raise DataError(
            f"{place} has {_size(shape)} pixels, expected a square with one digit, of 28×28 pixels at best "
            f"and {LEAST}×{LEAST} at least."
        )
    if high * wide * many > MOST_PIXELS:
        raise DataError(
            f"{place} has {_size(shape)} pixels, too many for {count(many, 'picture')}: make them "
            "28×28 first."
        )
    return high, wide


def _how(folders: Folders, taken: list[str], size: tuple[int, int]) -> Iterator[str]:
    yield "each picture is the digit that its folder is named by"
    if left := sorted(folders.sets.keys() - set(taken)):
        was = "was" if len(taken) == 1 else "were"
        yield f"from the archive {_named(sorted(taken))} {was} taken, {_named(left)} stayed in it"
    if all(_is_training(above) is False for above in taken):
        yield "the folders are called testing ones, of others there are none"
    if folders.outside:
        yield f"{count(folders.outside, 'picture')} outside of such folders stayed in it"
    if others := sorted(path for path in folders.others if _above(path) in taken):
        yield f"{count(len(others), 'file')} of other kinds stayed in it, such as {_shown(others[0])}"
    if size != (SIDE, SIDE):
        yield f"{_size(size)} pixels were resized to 28×28"


def _named(sets: list[str]) -> str:
    """Return sets as people read them, of many the first ones."""
    names = [_shown(above) if above else "the top folder" for above in sets]
    return listed(names if len(names) < 4 else [*names[:2], f"{len(names) - 2} others"])


def _size(shape: tuple[int, ...]) -> str:
    """Return height and width as people say it: width×height."""
    return f"{shape[1]:,}×{shape[0]:,}"


def _shown(path: str) -> str:
    """Return a path on one line, of a long one its end."""
    clean = "".join(sign if sign.isprintable() else "�" for sign in path)
    return clean if len(clean) <= _WIDEST else f"…{clean[1 - _WIDEST :]}"

"""An exported zip as it comes back: unpacked by Safari or Windows, zipped again by Finder, Explorer or 7-Zip.

They put a folder around it, entries of folders between, notes of their own beside, backslashes into names;
or the zip into another zip. What a run was exported as is found in it again.
"""

from collections.abc import Mapping, Sequence

from core.data.faults import shown
from core.data.members import is_note, read_members
from core.errors import DataError
from core.inference.weights import WEIGHTS

_INSIDE = "another zip"
_LARGEST_INSIDE = 200_000_000
"""Bytes of a zip inside a zip: as much as can be uploaded."""
_ONE = "import one at a time."


def read_rezipped(
    content: bytes, limits: Mapping[str, int], mark: str, what: str, *, nested: bool = True
) -> dict[str, bytes]:
    """Return the members of a zip by the names they were exported under, be they in a folder or a zip in it.

    Args:
        limits: as `core.data.members.read_members` takes them.
        mark: the member that tells where the others are, and that there is one run only.
        what: the file in the sentences.
        nested: whether a zip in this zip is looked into.

    Raises:
        DataError: as `read_members`, or there is no run in it, or several.
    """
    known = {**limits, _INSIDE: _LARGEST_INSIDE} if nested else limits

    def named(names: Sequence[str]) -> list[str | None]:
        return _as_exported(names, mark, what)

    members = read_members(content, known, what, named=named)
    inside = members.pop(_INSIDE, None)
    if inside is None:
        return members
    return read_rezipped(inside, limits, mark, f"{what} in it", nested=False)


def _as_exported(names: Sequence[str], mark: str, what: str) -> list[str | None]:
    """Return what each member counts as: its exported name, a zip, "" if neither, None for notes."""
    kept = [None if is_note(name) else name.replace("\\", "/").removeprefix("./") for name in names]
    there = [name for name in kept if name and not _leads_out(name)]
    marks = [name for name in there if name.rsplit("/", 1)[-1] == mark]
    zips = [name for name in there if name.lower().endswith(".zip")]
    if len({*marks, *zips}) > 1:
        raise DataError(f"{what} holds {len(marks) + len(zips)} runs, such as {_place(marks, zips)}: {_ONE}")
    if zips and there == zips:
        return [_INSIDE if name in zips else name for name in kept]
    if not marks:
        lacks = "is a Keras model alone" if WEIGHTS in there else f"lacks {mark}"
        raise DataError(f"{what} {lacks}: expected a run that was exported as a zip here.")
    folder = marks[0].removesuffix(mark)
    return [name and (name.removeprefix(folder) if name.startswith(folder) else "") for name in kept]


def _leads_out(name: str) -> bool:
    return name.startswith("/") or ".." in name.split("/")


def _place(marks: Sequence[str], zips: Sequence[str]) -> str:
    return shown(zips[0] if zips else marks[-1])

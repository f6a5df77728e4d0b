"""Nicknames: what a pupil may be called, and when two of them are one to whoever reads them."""

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby

from core.errors import StoreError
from core.names import kept, look

LONGEST = 24
MOST_MARKS = 3
"""So many accents on a letter are kept, as many as a script needs (Hebrew); piles of them hide other rows."""
_OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e"))
"""Signs that turn letters round: no name needs them (UAX 9), and “adA” would be shown as “Ada”."""
_JOINERS = "\u200c\u200d\u2060"
"""Signs that are not seen, and part no pile."""
_ALIKE = {
    "АВЕЅІЈКМНОРСТУХҮӀҺԌԚԜ": "ABESIJKMHOPCTYXYlhGQW",  # Cyrillic
    "авеѕіјкмнорстухүӏһԁԛԝ": "abesijkmhopctyxylhdqw",
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ": "ABEZHIKMNOPTYX",  # Greek
    "αγικνορστυχ": "ayikvopotux",
    "օոսհց": "onuhg",  # Armenian
    "ıɑɡɩ01|": "iagioll",
}
"""Signs that are drawn as those beside them, after Unicode's list of confusables (UTS 39)."""
_LATIN = str.maketrans("".join(_ALIKE), "".join(_ALIKE.values()))


def nickname(text: str) -> str:
    """Return a nickname as it is kept.

    Raises:
        StoreError: nothing of it could be seen, or it is too long to be one.
    """
    if not (name := kept(_without_piles(text[: 10 * LONGEST].translate(_OVERRIDES)))):
        raise StoreError("A nickname needs at least one visible character.")
    if len(text.strip()) > LONGEST:
        raise StoreError(f"A nickname has at most {LONGEST} characters: choose a shorter one.")
    return name


def _without_piles(text: str) -> str:
    """Return a text in which no letter has more than `MOST_MARKS` accents, nor any other mark of it twice.

    Other marks are vowels that Thai, Hindi or Burmese write above, in or below a letter, and enclosing ones.
    """
    parts = groupby(text, key=lambda sign: sign in _JOINERS or unicodedata.category(sign) in ("Mn", "Me"))
    return "".join(_few(part) if marks else "".join(part) for marks, part in parts)


def _few(marks: Iterable[str]) -> str:
    once = list(dict.fromkeys(marks))
    accents = [sign for sign in once if unicodedata.combining(sign)]
    return "".join(sign for sign in once if sign not in accents[MOST_MARKS:])


def shape(name: str) -> str:
    """Return what is read of a nickname at a glance: equal for two that pupils would take for one.

    They may differ in capitals, in what is not seen, and in letters that are drawn alike: those of other
    alphabets, O and 0, l and 1, and l and a capital I after a small letter.
    """
    drawn = re.sub(r"(?<=[^\W\d_])(?<=[^A-Z])I", "l", look(name).translate(_LATIN))
    return drawn.casefold()

"""Nicknames: what a pupil may be called, and when two of them are one to whoever reads them."""

import re

from core.errors import StoreError
from core.names import kept, look

LONGEST = 24
_OVERRIDES = dict.fromkeys(map(ord, "\u202d\u202e"))
"""Signs that turn letters round: no language needs them in a name (UAX 9), and “adA” would be shown as “Ada”."""
_LATIN = str.maketrans(
    # Cyrillic, Greek, Armenian and other Latin letters that are drawn as these (UTS 39, confusables).
    "АВЕЅІЈКМНОРСТУХҮӀҺԌԚԜ"
    + "авеѕіјкмнорстухүӏһԁԛԝ"
    + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
    + "αγικνορστυχ"
    + "օոսհց"
    + "ıɑɡɩ01|",
    "ABESIJKMHOPCTYXYlhGQW"
    + "abesijkmhopctyxylhdqw"
    + "ABEZHIKMNOPTYX"
    + "ayikvopotux"
    + "onuhg"
    + "iagiol"
    + "l",
)


def nickname(text: str) -> str:
    """Return a nickname as it is kept.

    Raises:
        StoreError: nothing of it could be seen, or it is too long to be one.
    """
    if not (name := kept(text[: 10 * LONGEST].translate(_OVERRIDES))):
        raise StoreError("A nickname needs at least one visible character.")
    if len(text.strip()) > LONGEST:
        raise StoreError(f"A nickname has at most {LONGEST} characters: choose a shorter one.")
    return name


def shape(name: str) -> str:
    """Return what is read of a nickname at a glance: equal for two that pupils would take for one.

    They may differ in capitals, in what is not seen, and in letters that are drawn alike: those of other
    alphabets, O and 0, l and 1, and l and a capital I after a small letter.
    """
    drawn = re.sub(r"(?<=[^\W\d_])(?<=[^A-Z])I", "l", look(name).translate(_LATIN))
    return drawn.casefold()

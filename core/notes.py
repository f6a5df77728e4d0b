"""What a person writes about a run: Markdown without HTML and without pictures, kept as it was typed.

A picture of another host would tell a stranger's server who reads the note, and when; so one becomes a link.
"""

import re
import unicodedata

from core.errors import UserError
from core.names import look

LONGEST_NOTE = 4_000
"""Signs; also what fits into a tag of MLflow."""
_WORD_JOINER = "\u2060"


def kept_note(text: str) -> str:
    """Return a note as it is kept: no control characters but tabs and ends of lines; "" if nothing is seen.

    Raises:
        UserError: it is longer than `LONGEST_NOTE`.
    """
    lines = re.sub("\r\n?|\u2028|\u2029|\u0085", "\n", text)
    plain = "".join(
        sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in ("Cc", "Cs")
    )
    note = "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n")
    if len(note) > LONGEST_NOTE:
        raise UserError(f"The note has {len(note):,} signs, expected at most {LONGEST_NOTE:,}.")
    return note if look(note) else ""


def without_pictures(note: str) -> str:
    """Return Markdown in which pictures are links: in all of its syntax one begins with "![".

    An invisible sign stands between the two, so that code which has them still reads the same.
    """
    return note.replace("![", f"!{_WORD_JOINER}[")


def first_line(note: str) -> str:
    """Return a note on one line, for a table."""
    return " ".join(note.split())

"""How a table of numbers is written: what separates its values, quotation marks, decimal commas, blanks.

Whatever the dialect, `plain` makes a line of it into values with commas between and decimal points in them.
"""

import csv
import re
from dataclasses import dataclass

SEPARATORS = {b";": "semicolons", b"\t": "tabs", b"|": "bars", b",": "commas", b" ": "blanks"}
"""In the order in which they are looked for: decimal commas may be as many as semicolons."""
_INSIDE, _NEVER = "\x1e", "\x1f"
"""Signs that no number holds: one for a separator within quotation marks, one for no separator at all."""
_QUOTED = re.compile(rb'"[^"]*"')
_DECLARED = re.compile(rb'"?sep=(.)"?[ \t]*', re.IGNORECASE)
LONGEST = 100_000
"""Bytes that a line may have; ten times as many as the longest of Kaggle's."""
_FEWEST, _MOST = 784, 800
"""As many values as a line has: 784 pixels, a label or ten columns for it, an index."""
_SENTENCE = 40
"""Fewer words with blanks between are a sentence, such as a title or what a server says, and no row."""


@dataclass(frozen=True)
class Dialect:
    """How the lines of a table are written.

    Attributes:
        separator: one of `SEPARATORS`, or what a line "sep=…" said.
        quoted_lines: each line stands in quotation marks as a whole.
        trailing: so many separators end each line, with nothing behind them.
    """

    separator: bytes = b","
    quoted_lines: bool = False
    trailing: int = 0

    @property
    def said(self) -> str:
        """What stands between the values, as people call it."""
        return SEPARATORS.get(self.separator, f"“{self.separator.decode('utf-8', 'replace')}”")

    def plain(self, line: bytes) -> bytes:
        """Return a line as values with commas between and decimal points in them, without quotation marks."""
        if len(line) > LONGEST:  # not to be taken apart: it may be as long as the file
            return line.replace(self.separator, b",")
        if b'"' in line:
            line = self._unquoted(line)
        if self.separator == b" ":
            return b",".join(line.replace(b",", b".").split())
        if self.separator != b",":
            line = line.replace(b",", b".").replace(self.separator, b",")
        if b" " in line or b"\t" in line:
            line = b",".join(cell.strip() for cell in line.split(b","))
        return line.removesuffix(b"," * self.trailing)

    def names(self, line: bytes) -> list[str]:
        """Return the cells of a header."""
        text = _decoded(line).strip(" ").removeprefix("#")
        if self.quoted_lines:
            text = _cells(text, _NEVER)[0]
        cells = text.split() if self.separator == b" " and '"' not in text else _cells(text, self._delimiter)
        names = [cell.strip().strip("\"'") for cell in cells]
        return names[: len(names) - self.trailing]

    @property
    def _delimiter(self) -> str:
        return self.separator.decode("latin-1")

    def _unquoted(self, line: bytes) -> bytes:
        """Return a line without its quotation marks; as it is where they are not in pairs around cells."""
        text = line.decode("latin-1").strip(" ")
        if _NEVER in text:
            return line
        if self.quoted_lines:
            return _cells(text, _NEVER)[0].encode("latin-1")
        delimiter = self._delimiter
        text = _NEVER.join(_cells(text, delimiter))
        if delimiter in text:
            text = text.replace(delimiter, "." if delimiter == "," else _INSIDE)
        return text.replace(_NEVER, delimiter).encode("latin-1")


def declared(line: bytes) -> bytes | None:
    """Return the separator that a first line such as "sep=;" tells Excel, or None."""
    found = _DECLARED.fullmatch(line)
    return found[1] if found else None


def dialect_of(first: bytes, second: bytes, separator: bytes | None = None) -> Dialect:
    """Return how a table is written.

    Args:
        first: its first line, header or not.
        second: the line after it, empty if there is none.
        separator: where one is declared.
    """
    inner = _whole(first.strip())
    separator = separator or _separator(first if inner is None else inner)
    quoted_lines = inner is not None and separator in inner
    return Dialect(separator, quoted_lines, min(_ending(line, separator) for line in (first, second)))


def _ending(line: bytes, separator: bytes) -> int:
    """Return how many separators end a line, as Excel writes columns in which nothing stands any more."""
    if separator == b" ":
        return 0
    bare = line.replace(b'"', b"").replace(b" ", b"")
    return len(bare) - len(bare.rstrip(separator))


def _decoded(line: bytes) -> str:
    """Return a header as text; what is no UTF-8 is taken for what Excel writes in Western Europe."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def _whole(line: bytes) -> bytes | None:
    """Return what a line holds that is a single cell in quotation marks, else None."""
    try:
        cells = next(csv.reader([line.decode("latin-1")], delimiter=_NEVER, strict=True))
    except csv.Error:
        return None
    return cells[0].encode("latin-1") if line.startswith(b'"') and len(cells) == 1 else None


def _separator(line: bytes) -> bytes:
    """Return what separates a line into as many values as an image has, else what it holds most of."""
    bare = _QUOTED.sub(b"", line)
    blanks = bare.count(b" ") + 1 if b'"' in line else len(bare.split())
    blanks = blanks if blanks >= _SENTENCE else 1
    counts = {sign: bare.count(sign) + 1 if sign != b" " else blanks for sign in SEPARATORS}
    for sign, count in counts.items():
        if _FEWEST <= count <= _MOST:
            return sign
    most, _, sign = max((count, sign != b" ", sign) for sign, count in counts.items())
    return sign if most > 1 else b","


def _cells(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:  # a quotation mark too few or too many
        return text.split(delimiter)

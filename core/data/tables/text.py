"""A file's bytes as text, and the lines of it: whatever encoding and line ends it came with."""

import re
from collections.abc import Iterator

from core.data.faults import Fault, expected
from core.data.tables.kinds import kind

BOM = b"\xef\xbb\xbf"
_NOT_BLANK = re.compile(rb"\S")
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def as_text(content: bytes) -> bytes:
    """Return a content as UTF-8 without a byte order mark, its lines ended as on Unix.

    UTF-16, which Excel calls “Unicode text”, is known by its first bytes. That the rest is UTF-8 is not
    checked here: see `check_encoding`.

    Raises:
        Fault: it is empty or no text.
    """
    if encoding := _utf16(content):
        content = _decoded(content, encoding)
    if fault := kind(content):
        raise Fault(fault)
    content = content.removeprefix(BOM)
    if not content or content.isspace():
        raise Fault(f"is empty, expected a CSV file that begins with {expected(_BEGIN)}")
    if b"\r" not in content:
        return content
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


_BEGIN = ("label", "pixel0", "pixel783")


def _utf16(content: bytes) -> str | None:
    """Return which UTF-16 it is: by its mark, or because every second of its first bytes is zero."""
    if marked := _UTF16.get(content[:2]):
        return marked
    begin = content[: min(len(content) // 2 * 2, 400)]
    for at, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(begin) >= 4 and not any(begin[at::2]) and all(begin[1 - at :: 2]):
            return encoding
    return None


def _decoded(content: bytes, encoding: str) -> bytes:
    try:
        return content.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, "replace").count("\n") + 1
        raise Fault(f"is damaged UTF-16 text: line {line} cannot be read, download it again") from None


def check_encoding(text: bytes) -> None:
    """Refuse what is not UTF-8.

    Raises:
        Fault: it names the first line that is not.
    """
    try:
        text.decode()
    except UnicodeDecodeError as error:
        line = text.count(b"\n", 0, error.start) + 1
        raise Fault(f"is not UTF-8 text: line {line} holds the byte 0x{text[error.start]:02x}") from None


def lines(
    text: bytes, start: int = 0, number: int = 0, filled: re.Pattern[bytes] = _NOT_BLANK
) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, each with its number as an editor counts, from 1.

    Args:
        start: where in the text to begin.
        number: of the line before that place.
        filled: a sign of which a line must have one; millions of lines without it cost nothing.
    """
    while sign := filled.search(text, start):
        begin = text.rfind(b"\n", start, sign.start()) + 1 or start
        end = text.find(b"\n", sign.start())
        end = len(text) if end < 0 else end
        number += text.count(b"\n", start, begin) + 1
        yield number, text[begin:end]
        start = end + 1

"""What is wrong with a CSV file of digits, in one sentence; says nothing about a good one.

Lines are counted as an editor does: the header is line 1. This is the slow way, for bad files only.
"""

import re
from collections.abc import Iterator, Sequence

BOM = b"\xef\xbb\xbf"
_NUMBER = re.compile(r'"?\s*[\d.]+\s*"?')
_EMPTY = re.compile(rb",(?=[,\r\n]|$)")
_BYTES = frozenset(str(value).encode() for value in range(256))
_DIGITS = frozenset(str(value).encode() for value in range(10))


def text_fault(content: bytes, columns: Sequence[str]) -> str | None:
    """Return why the content is no text at all, or None."""
    if not content.strip():
        return f"is empty, expected a CSV file that begins with {expected(columns)}"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "is UTF-16 text: save it as UTF-8"
    if b"\x00" in content[:4096]:
        return "is no CSV file: its first bytes are not text"
    if content.lstrip()[:1] == b"<":
        return "is a web page, not a CSV file: sign in at Kaggle and download it again"
    try:
        content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return f"is not UTF-8 text: line {line} holds the byte 0x{content[error.start]:02x}"
    return None


def header_fault(header: list[str], columns: Sequence[str]) -> str | None:
    """Return why a header is not exactly `columns`, or None."""
    if header == list(columns):
        return None
    if all(map(_NUMBER.fullmatch, header)):
        return f"has no header: its first line must be {expected(columns)}"
    missing = [column for column in columns if column not in header]
    if len(missing) == len(columns):
        begin = shown(",".join(header))
        return f"is no CSV file of digits: it begins with {begin}, expected {expected(columns)}"
    twice = [cell for place, cell in enumerate(header) if cell in header[:place]]
    if twice:
        return f"has column {shown(twice[0])} twice in its header, expected {expected(columns)}"
    if missing == ["label"]:
        return "lacks the column label, which a file to train on needs (Kaggle's test.csv has none)"
    if missing:
        return f"lacks the column {missing[0]} in its header, expected {expected(columns)}"
    if "label" in header and "label" not in columns:
        return "has a column label, expected the pixels alone, as in Kaggle's test.csv (train.csv has labels)"
    for place, cell in enumerate(header, start=1):
        if cell not in columns:
            return f"has a column too many, {shown(cell)} (number {place}), expected {expected(columns)}"
    return f"has its columns in another order, expected {expected(columns)}"


def row_fault(body: bytes, columns: Sequence[str]) -> str | None:
    """Return what is wrong with the first bad line below the header, or None."""
    first = _DIGITS if columns[0] == "label" else _BYTES
    for number, line in enumerate(_lines(body), start=2):
        count = line.count(b",") + 1  # before splitting: a line may be as long as the file
        if count != len(columns):
            what = f"has {count} values" if line.strip() else "is empty"
            return f"line {number} {what}, expected {len(columns)} values separated by commas"
        cells = line.split(b",")
        if cells[0] in first and _BYTES.issuperset(cells):
            continue
        for column, cell in zip(columns, cells, strict=True):
            most = 9 if column == "label" else 255
            if not _is_whole(cell, most):
                place = f"line {number}, column {column}"
                found = shown(cell) if cell.strip() else _missing(body)
                return f"{place}: expected a whole number from 0 to {most}, found {found}"
    return None


def _missing(body: bytes) -> str:
    """Return that a cell is empty, and how many are in the whole file."""
    empty = sum(1 for _ in _EMPTY.finditer(body)) + (b"\n" + body).count(b"\n,")
    return f"an empty cell (cells without a value in the file: {empty:,})" if empty > 1 else "an empty cell"


def _lines(body: bytes) -> Iterator[bytes]:
    """Yield one line after the other without holding all of them."""
    start = 0
    while (end := body.find(b"\n", start)) >= 0:
        yield body[start:end]
        start = end + 1
    yield body[start:]


def _is_whole(cell: bytes, most: int) -> bool:
    digits = cell.lstrip(b"0") or b"0"
    return cell.isdigit() and len(digits) <= 3 and int(digits) <= most


def expected(columns: Sequence[str]) -> str:
    """Return columns in short: label,pixel0, … ,pixel783."""
    return f"{columns[0]},{columns[1]}, … ,{columns[-1]}"


def shown(cell: bytes | str) -> str:
    """Return what stands in a cell, short, in quotation marks and on one line."""
    text = cell.decode("utf-8", "replace") if isinstance(cell, bytes) else cell
    if not text.strip():
        return "an empty cell"
    clean = "".join(sign if sign.isprintable() else "�" for sign in text)
    return f"“{clean if len(clean) <= 40 else clean[:39] + '…'}”"

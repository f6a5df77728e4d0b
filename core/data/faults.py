"""Why a file of digits cannot be read: the one exception for it, and the words that its sentences share."""

from collections.abc import Sequence


class Fault(ValueError):  # noqa: N818  (not an error of the program)
    """What is wrong, in words that follow the file's name: "is empty" or "line 3, column label: …"."""

    def of(self, name: str) -> str:
        """Return the whole sentence about a file of this name."""
        text = str(self)
        return f"{name}{',' if text.startswith('line ') else ''} {text}."


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

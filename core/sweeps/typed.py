"""Lists of numbers as people type them: "0.001 0.01", "0,001 0,01", "16; 32".

A comma is a decimal sign to some and parts a list to others. Where only one reading is possible it is taken;
else the list is refused in one sentence, never read as other numbers than were meant.
"""

import math
import re
import unicodedata

from core.errors import SpecError
from core.sweeps.paths import Value

_SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"\u2212": "-", "\u066b": ".", "\u066c": "'", "\u060c": ";", "\u061b": ";", "\u3001": ";", "\n": ";"}
)
"""Full-width signs; the minus of mathematics; what parts numbers and their digits in Arabic and Chinese."""
_GROUPED = re.compile("(?<=[0-9])['\u2019](?=[0-9]{3}(?![0-9]))")
"""An apostrophe before three digits, as the Swiss group thousands."""
_GAP = re.compile("(?<![0-9])[0-9]+[\u00a0\u2009\u202f][0-9]{3}(?![0-9])")
"""A space that does not break before three digits: it groups thousands, or came along with a copied list."""
_PLAIN = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_DECIMAL = re.compile(r"([-+]?[0-9]*),([0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_ENGLISH = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+\.[0-9]+")
_GERMAN = re.compile(r"[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})+,[0-9]+")
_POINTS = re.compile(r"[-+]?[1-9][0-9]{0,2}\.[0-9]{3}")
_REST = re.compile(r"[-+]?0[0-9]+\.?[0-9]*")
_THOUSANDS = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+")


def typed_numbers(text: str, whole: bool) -> tuple[Value, ...]:
    """Return the numbers of a list that a person typed.

    They are parted by spaces, semicolons, or commas followed by a space. Then a comma inside a number is its
    decimal sign, unless it could also group thousands.

    Args:
        whole: whether the setting takes whole numbers only.

    Raises:
        SpecError: a word is no number, or can be read in two ways.
    """
    words, by_commas = _words(text)
    single = len(words) == 1 and not by_commas
    if single and (several := _by_commas(words[0])):
        words = several
    decimal = any(_shows_decimal(word) for word in words) and not by_commas
    return tuple(_number(word, whole, clear=decimal and not single) for word in words)


def _words(text: str) -> tuple[list[str], bool]:
    """Return the words of a list, and whether commas part it."""
    plain = _GROUPED.sub("", _digits(text.translate(_SIGNS)))
    if gap := _GAP.search(plain):
        first, second = gap[0].split()
        raise SpecError(
            f"“{gap[0]}” may be one number or two: write “{first}{second}” or “{first}; {second}”."
        )
    if ";" in plain:
        return [" ".join(word.split()) for word in plain.split(";") if word.strip()], False
    by_commas = re.search(r",\s|\s,|,$|^,", plain.strip()) is not None
    words = [word for piece in plain.split() for word in ([piece.strip(",")] if by_commas else [piece])]
    return [word for word in words if word], by_commas


def _digits(text: str) -> str:
    """Return a text with the digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def _by_commas(word: str) -> list[str]:
    """Return the numbers of a list without spaces, such as "16,32,64"; nothing if it could be one number."""
    parts = word.split(",")
    if len(parts) < 2 or any(
        pattern.fullmatch(word) for pattern in (_DECIMAL, _ENGLISH, _GERMAN, _THOUSANDS)
    ):
        return []
    return parts


def _shows_decimal(word: str) -> bool:
    """Return whether a word has a comma that can only be a decimal sign: it groups no thousands."""
    return _DECIMAL.fullmatch(word) is not None and _THOUSANDS.fullmatch(word) is None


def _number(word: str, whole: bool, clear: bool) -> Value:
    """Return what one word says; `clear` tells that a comma in it is a decimal sign."""
    if clear and (_DECIMAL.fullmatch(word) or _GERMAN.fullmatch(word)):
        return _value(_with_point(word), word, whole)
    if "," in word:
        raise SpecError(_several_ways(word, whole))
    if not _PLAIN.fullmatch(word):
        raise SpecError(f"“{word[:40]}” is no number: write numbers with spaces between, such as 0.5 2.5.")
    if _REST.fullmatch(word):
        raise SpecError(f"“{word[:40]}” begins with a zero: write thousands without a space, such as 10000.")
    if whole and _POINTS.fullmatch(word):
        ways = f"“{word.replace('.', '')}” or “{float(word):g}”"
        raise SpecError(f"The point in “{word}” may group thousands: write {ways}.")
    return _value(word, word, whole)


def _with_point(word: str) -> str:
    """Return a number with a decimal comma as Python reads it."""
    return word.replace(".", "").replace(",", ".")


def _several_ways(word: str, whole: bool) -> str:
    """Return the sentence that asks which of its readings a word has."""
    ways = [f"“{' '.join(word.split(','))}” for a list"]
    if not whole and (_DECIMAL.fullmatch(word) or _GERMAN.fullmatch(word)):
        ways.append(f"“{_with_point(word)}” for a decimal comma")
    if _THOUSANDS.fullmatch(word) or _ENGLISH.fullmatch(word):
        ways.append(f"“{word.replace(',', '')}” for thousands")
    return f"The comma in “{word[:40]}” may mean several things: write {' or '.join(ways)}."


def _value(text: str, word: str, whole: bool) -> Value:
    number = float(text)
    if not math.isfinite(number):
        raise SpecError(f"“{word[:40]}” is too large a number.")
    if whole and not number.is_integer():
        raise SpecError(f"“{word[:40]}” is no whole number: write whole numbers with spaces between.")
    if re.fullmatch(r"[-+]?[0-9]+", text):
        return int(text)
    return int(number) if whole else number

"""Which number the name of a folder or a class says: "3", "03", "three", "digit_3", "3 - three"."""

import re
import unicodedata
from functools import lru_cache

_WORDS = (
    ("zero", "null", "cero"),
    ("one", "eins", "un", "uno"),
    ("two", "zwei", "deux", "dos"),
    ("three", "drei", "trois", "tres"),
    ("four", "vier", "quatre", "cuatro"),
    ("five", "funf", "fuenf", "cinq", "cinco"),
    ("six", "sechs", "seis"),
    ("seven", "sieben", "sept", "siete"),
    ("eight", "acht", "huit", "ocho"),
    ("nine", "neun", "neuf", "nueve"),
)
"""The digits in English, German, French and Spanish, in small letters without accents."""
_NUMBERS = {word: number for number, words in enumerate(_WORDS) for word in words}
_BESIDE = (
    *("digit", "digits", "class", "label", "number", "ziffer", "zahl", "klasse"),
    *("chiffre", "classe", "cifra", "clase", "numero"),
)
"""What may stand before or behind the number."""
_PARTS = re.compile(r"(?<![^\W_])[+-]\d+|[^\W\d_]+|\d+|[^\w\s.,:=()+-]")
"""Numbers with a sign, words, numbers, and signs that are not expected beside them."""
_LONGEST = 40


@lru_cache(maxsize=256)
def number_of(name: str) -> int | None:
    """Return the one number that a folder or class is named by, None where its name says none or more.

    Of a number and its word, such as "3 - three", both must say the same.
    """
    if len(name) > _LONGEST:
        return None
    decomposed = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    parts = [part for part in _PARTS.findall(plain) if part not in _BESIDE]
    numerals = [int(part) for part in parts if re.fullmatch("[0-9]{1,9}", part)]
    words = [_NUMBERS[part] for part in parts if part in _NUMBERS]
    understood = len(numerals) + len(words) == len(parts) and len(numerals) <= 1 and len(words) <= 1
    found = {*numerals, *words}
    return found.pop() if understood and len(found) == 1 else None

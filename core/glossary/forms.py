"""How a term may be written, so that it is found in a text."""

import re

_ENDS_HISSING = ("s", "x", "z", "ch", "sh")


def plain(text: str) -> str:
    """Return a text in small letters, with spaces for hyphens: "Learning-rate" is "learning rate"."""
    return re.sub(r"[\s\-‑]", " ", text).replace("’", "'").lower()


def plural(word: str) -> str:
    """Return the regular plural of an English word: "loss" → "losses", "accuracy" → "accuracies"."""
    if word.endswith(_ENDS_HISSING):
        return f"{word}es"
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}s"

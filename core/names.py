"""Names are people's: how they are kept, told apart, sorted, and put among other words.

What somebody typed is kept and exported as it is, but for control characters; what it must not do where it
stands (run on into the line, become a formula, look like another name) is seen to where it is shown.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

LONGEST, LONGEST_TAG = 200, 40
VISIBLE = 40
"""So many signs of a name are sure to be seen in a legend or a closed list."""
UNTITLED = "Untitled"
_FIRST_ISOLATE, _END_ISOLATE, _WORD_JOINER = "\u2068", "\u2069", "\u2060"
_ISOLATES = "\u2066\u2067\u2068"
_TURNING = {"R", "AL", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_BLANK = set("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and symbols by their category, of which nothing is seen."""


def kept(text: str, most: int = LONGEST) -> str:
    """Return a name as it is kept: on one line, at most `most` signs; "" if nothing of it could be seen.

    Control characters, halves of characters and ends of lines become a space. All else stays: the joiners
    of Persian, Hindi and emoji, marks of direction, several spaces.
    """
    looked_at = text[: 10 * most]  # a browser that is none may send millions
    marked = ("\0" if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in looked_at)
    parts = (part.strip(" ") for part in "".join(marked).split("\0"))
    short = _cut(" ".join(part for part in parts if part).strip(), most).rstrip()
    return short if look(short) else ""


def kept_tags(tags: Iterable[str]) -> list[str]:
    """Return tags as they are kept: those of which something is seen, each look once."""
    found: dict[str, str] = {}
    for tag in (kept(tag, LONGEST_TAG) for tag in tags):
        found.setdefault(look(tag), tag)
    return [tag for tag in found.values() if tag]


@lru_cache(maxsize=20_000)
def look(text: str) -> str:
    """Return what people see of a text: equal for two that only a machine could tell apart.

    They may differ in invisible signs, in how many spaces there are, and in how an accent is encoded.
    """
    if text.isascii():
        return " ".join(text.split())
    seen = (sign for sign in unicodedata.normalize("NFKC", text) if not _invisible(sign))
    return " ".join("".join(seen).split())


def _invisible(sign: str) -> bool:
    return sign in _BLANK or unicodedata.category(sign) == "Cf" or _selects(sign)


def _selects(sign: str) -> bool:
    """Whether a sign only chooses between forms of the one before it, joins two marks, or is none yet.

    These are Unicode's default ignorable code points that are no format characters.
    """
    chooses = "\ufe00" <= sign <= "\ufe0f" or "\u180b" <= sign <= "\u180f" or sign == "\u034f"
    return chooses or "\U000e0000" <= sign <= "\U000e0fff" or "\ufff0" <= sign <= "\ufff8" or sign == "\u2065"


def told_apart(texts: Sequence[str], *details: Sequence[str], besides: Sequence[str] = ()) -> list[str]:
    """Return the texts, of which no two look alike: those that did get a detail behind them.

    A text that looks like no other stays as it is; what details a text gets does not depend on the order.

    Args:
        details: one for each text, such as when it was made; the first that are given tell most. Texts that
            are alike with all of them are counted.
        besides: texts beside which these stand, such as the other columns of a table.
    """
    shown = list(texts)
    for column in details:
        alike = set(_alike(shown, besides))
        shown = [f"{t} · {column[at]}" if at in alike and column[at] else t for at, t in enumerate(shown)]
    taken = {_short_look(text) for text in (*shown, *besides)}
    for place in list(_alike(shown, besides)):
        shown[place] = next(text for text in _counted(shown[place]) if _short_look(text) not in taken)
        taken.add(_short_look(shown[place]))
    return shown


def _alike(shown: Sequence[str], besides: Sequence[str]) -> Iterator[int]:
    """Yield the places of texts that look like another, also where the middle of a long one is left out."""
    looks = [_short_look(text) for text in shown]
    counts = Counter([*looks, *map(_short_look, besides)])
    return (place for place, one in enumerate(looks) if counts[one] > 1)


def _short_look(text: str) -> str:
    return shortened(look(text))


def _counted(text: str) -> Iterator[str]:
    number = 0
    while number := number + 1:
        yield f"{text} ({number})"


def natural(text: str) -> tuple[tuple[int, str, int], ...]:
    """Return the key by which people sort: case does not matter, "run 9" comes before "run 10"."""
    parts = re.split(r"([0-9]{1,9})", look(text).casefold())
    return tuple((0, "", int(part)) if at % 2 else (1, part, 0) for at, part in enumerate(parts))


@lru_cache(maxsize=20_000)
def shortened(text: str) -> str:
    """Return a text of at most `VISIBLE` signs, of a longer one the beginning and the end."""
    if len(text) <= VISIBLE:
        return text
    end = len(text) - 12
    while end < len(text) and _belong_together(text[end - 1], text[end]):
        end += 1
    return f"{_cut(text, 24)} … {text[end:]}"


def _cut(text: str, most: int) -> str:
    """Return at most the first `most` signs, an emoji or a letter with its marks whole or not at all."""
    if len(text) <= most:
        return text
    end = most
    while end and _belong_together(text[end - 1], text[end]):
        end -= 1
    return text[: end or most]


def _belong_together(before: str, after: str) -> bool:
    """Whether two signs are (parts of) one to people: marks, joined emoji, skin tones, flags."""
    flags = all("\U0001f1e6" <= sign <= "\U0001f1ff" for sign in (before, after))
    joined = before == "\u200d" or after in "\u200c\u200d"
    tones = "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f"
    return flags or joined or tones or unicodedata.category(after).startswith("M")


@lru_cache(maxsize=20_000)
def isolated(text: str) -> str:
    """Return a text that leaves the words around it in their order, in whatever direction it runs.

    It stands between marks of Unicode's bidirectional algorithm (UAX 9), and can end them no sooner.
    """
    if text.isascii() or not any(unicodedata.bidirectional(sign) in _TURNING for sign in text):
        return text
    depth, signs = 0, []
    for sign in text:
        depth += (sign in _ISOLATES) - (sign == _END_ISOLATE)
        if depth < 0:
            depth = 0
            continue
        signs.append(sign)
    return f"{_FIRST_ISOLATE}{''.join(signs)}{_END_ISOLATE * (depth + 1)}"


_FORMULA = re.compile(r"(?:^|(?<=[;,\t|\"']))([^\S\t]*)(?=[=+\-@＝＋－＠])")


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also if it splits it at another separator.

    An invisible sign (U+2060) stands before what would begin one; nothing changes for people.
    """
    return _FORMULA.sub(rf"\1{_WORD_JOINER}", text)


def as_text(text: str) -> str:
    """Return a text that a spreadsheet keeps: as no formula, number ("007") or date ("1-2", "Mai 5")."""
    safe = no_formula(text)
    if safe == text and any(sign.isdigit() for sign in text):
        return f"{_WORD_JOINER}{text}"
    return safe


def file_words(text: str, most: int) -> str:
    """Return a name for a file: its letters and digits, of any script, in words joined by hyphens."""
    signs = [sign if _in_files(sign) else " " for sign in unicodedata.normalize("NFC", text).lower()]
    return _cut("-".join("".join(signs).split()), most).strip("-\u200c\u200d")


def _in_files(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN" or sign in "\u200c\u200d"


def padded(text: str, width: int) -> str:
    """Return a text for a terminal, filled up with spaces to so many of its columns."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in text)
    none = sum(_invisible(sign) or unicodedata.combining(sign) > 0 for sign in text)
    return isolated(text) + " " * max(0, width - len(text) - wide + none)

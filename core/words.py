"""How numbers, times and settings are put into words, on pages and in reports alike."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

PHRASES = 4
"""More changes than this are counted, not named, in a sentence."""
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def duration(seconds: float) -> str:
    """Return seconds as people say them: "8 s", "3 min 20 s", "2 h 5 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    return f"{whole // 3600} h {whole % 3600 // 60} min"


@lru_cache(maxsize=20_000)
def when(moment: float, zone: tzinfo) -> str:
    """Return a Unix time as date and time of a zone; of which one, the reader has to know."""
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M")


def stated(moment: float) -> str:
    """Return a Unix time for readers anywhere: "2026-05-01 12:00 UTC"."""
    return f"{when(moment, UTC)} UTC"


def setting(key: str) -> str:
    """Return a key of `describe`, such as "data.split_seed", as people say it: "data: split seed"."""
    return key.replace("_", " ").replace(".", ": ")


def percent(share: float) -> str:
    """Return a share in percent, or a dash where there is none."""
    return "–" if math.isnan(share) else f"{share:.2%}"


def count(number: int, noun: str) -> str:
    """Return "one thing", "two things", "three classes", … "12 things"."""
    word = _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"
    return f"{word} {_counted(number, noun)}"


def so_many(number: float, noun: str) -> str:
    """Return the same in digits, as beside other numbers: "1 epoch", "2,000 epochs", "0.5 minutes"."""
    digits = f"{number:,}" if isinstance(number, int) else f"{number:g}"
    return f"{digits} {_counted(number, noun)}"


def _counted(number: float, noun: str) -> str:
    if number == 1:
        return noun
    return noun + ("es" if noun.endswith("s") else "s")


def short_count(number: int) -> str:
    """Return a count such as 32,340,992 as "32.3 M"."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return str(number)


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return words as people list them: "a, b and c"; of none, nothing."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def digits(numbers: Sequence[int]) -> str:
    """Return ascending digits as people say them: "3", "0 and 4", "0, 2 and 5 to 9"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][-1] == number - 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return listed(
        [
            part
            for span in spans
            for part in ([f"{span[0]} to {span[-1]}"] if len(span) > 2 else map(str, span))
        ]
    )


def things(changed: list[str], luck: str = "seed", most: int | None = None) -> str:
    """Return what was changed between two runs, counted: "two things: …"; at most `most` are named.

    Args:
        luck: what else differs that is no change: "seed", "fold", both, or "".
    """
    if not changed:
        return f"the {luck} alone" if luck else "nothing, not even the seed"
    return f"{count(len(changed), 'thing')}: {_named(changed, most)}"


def _named(changed: list[str], most: int | None) -> str:
    left_out = len(changed) - (len(changed) if most is None else most)
    return "; ".join(changed[:most]) + (f"; and {left_out} more" if left_out > 0 else "")


def caution(changed: list[str], luck: str = "seed") -> str:
    """Return what a difference may be put down to, in a sentence; `luck` as in `things`."""
    if not changed and not luck:
        return "Nothing was changed, not even the seed: the same training, done twice."
    if not changed:
        return f"They differ in the {luck} alone: this is how much luck does."
    phrases = _named(changed, PHRASES)
    if len(changed) == 1:
        return f"One thing was changed: {phrases}."
    number = count(len(changed), "thing").capitalize()
    return f"{number} changed, so none of them can be given the credit: {phrases}."

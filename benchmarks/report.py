"""The text of `last.md`: a section for each part, which stays until that part is measured again."""

import re
from collections.abc import Iterable, Mapping, Sequence

from benchmarks.turns import HEAD, MET, MISSED

TITLE = """# The last measurement

`make bench` measures each part in a process of its own and writes each row here as soon as it is there;
`make bench PARTS="start tables"` measures these parts alone and leaves the others' rows as they are.

Two ways that are compared were measured in turn, so that a slow or busy machine does not decide: the ratio is
the median of the pairs' ratios, then come their least and most. Seconds are medians, or where it says so what
95% lie within. Nothing here is a test."""


def section(name: str, told: str, rows: Iterable[str]) -> str:
    """Return the section of a part: what it was measured on and how it went, and its rows."""
    return "\n".join([f"## {name}", "", told, "", HEAD, *rows])


def sections(text: str) -> dict[str, str]:
    """Return the sections of a whole table by the names of their parts."""
    found = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0]: f"## {part.rstrip()}" for part in found}


def whole(parts: Mapping[str, str], order: Sequence[str]) -> str:
    """Return the table of these parts in order, above it how many goals are met and which are not."""
    known = [parts[name] for name in order if name in parts]
    return "\n\n".join([TITLE, _goals("\n".join(known)), *known]) + "\n"


def _goals(text: str) -> str:
    rows = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")]
    missed = [row for row in rows if row[-1] == MISSED]
    count = len(missed) + sum(row[-1] == MET for row in rows)
    listed = [f"- {row[0]}: {row[1]}, ratio {row[3] or '–'}; goal: {row[5]}" for row in missed]
    said = f"{count - len(missed)} of {count} goals are met"
    return "\n".join([f"{said}; these are not:", "", *listed]) if missed else f"{said}."

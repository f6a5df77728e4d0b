"""`python -m benchmarks.numbers`: write the README's tables anew from the bundle and measured epochs."""

import re

from core.export.bundle import bundle
from core.export.numbers import BELOW, HEAD, PACE_HEAD, numbers, pace_table
from core.export.pace import paces
from core.export.repeats import repeats
from core.home import PROJECT

COUNT = re.compile(r"Its \d+ runs come along")
TABLE = re.compile(rf"{re.escape(HEAD)}\n(\|.*\n)*(\n({'|'.join(BELOW)}).*\n(.+\n)*)*")
PACES = re.compile(rf"{re.escape(PACE_HEAD)}\n(\|.*\n)*")


def main() -> None:
    readme = PROJECT / "README.md"
    text = readme.read_text(encoding="utf-8")
    for place, now in (
        (TABLE, f"{numbers(bundle())}\n"),
        (PACES, f"{pace_table(paces(repeats(bundle())))}\n"),
        (COUNT, f"Its {len(bundle())} runs come along"),
    ):
        text, count = place.subn(now.replace("\\", r"\\"), text)
        assert count == 1, "the README has each of them once"
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

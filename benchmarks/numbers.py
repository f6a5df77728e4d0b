"""`python -m benchmarks.numbers`: write the README's tables anew from the bundle and measured epochs."""

import re

from core.export.bundle import bundle
from core.export.numbers import ELSEWHERE, HEAD, OTHER_SPLITS, PACE_HEAD, numbers, pace_table
from core.export.pace import paces
from core.export.repeats import repeats
from core.home import PROJECT

TABLE = re.compile(rf"{re.escape(HEAD)}\n(\|.*\n)*(\n({ELSEWHERE}|{OTHER_SPLITS}).*\n(.+\n)*)*")
PACES = re.compile(rf"{re.escape(PACE_HEAD)}\n(\|.*\n)*")


def main() -> None:
    readme = PROJECT / "README.md"
    text = readme.read_text(encoding="utf-8")
    for place, table in ((TABLE, numbers(bundle())), (PACES, pace_table(paces(repeats(bundle()))))):
        text, count = place.subn(table.replace("\\", r"\\") + "\n", text)
        assert count == 1, "the README has each table once, under its head"
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

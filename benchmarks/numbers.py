"""`python -m benchmarks.numbers`: write the README's table of numbers anew from the bundled runs."""

import re

from core.export.bundle import bundle
from core.export.numbers import ELSEWHERE, HEAD, numbers
from core.home import PROJECT

COUNT = re.compile(r"Its \d+ runs come along")
TABLE = re.compile(rf"{re.escape(HEAD)}\n(\|.*\n)*(\n{ELSEWHERE}.*\n(.+\n)*)*")


def main() -> None:
    readme = PROJECT / "README.md"
    text, count = TABLE.subn(lambda _: f"{numbers(bundle())}\n", readme.read_text(encoding="utf-8"))
    assert count == 1, "the README has the table once, under its head"
    text, count = COUNT.subn(f"Its {len(bundle())} runs come along", text)
    assert count == 1, "the README says once how many runs come along"
    readme.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

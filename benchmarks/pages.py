"""What the pages cost with 1,000 saved runs against 10: the script alone, without the browser."""

import os
import tempfile
from pathlib import Path

from benchmarks.fill import fill
from benchmarks.turns import Row, in_turn
from benchmarks.visits import run, visit, without_cookies
from core.runs.store import RunStore
from pages.compare.page import VIEWS

ONE, SOME = "one run", "some runs"
MANY, FEW, COMPARED, PAIRS = 1000, 10, 8, 20
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("train/page.py", {}),
    *(("results/page.py", {"run": ONE, "part": part}) for part in ("Mistakes", "Confidence", "Settings")),
    ("runs/page.py", {}),
    ("sweep/page.py", {}),
    *(("compare/page.py", {"compare": SOME, "view": view}) for view in (*VIEWS, "Settings")),
    ("draw/page.py", {}),
    ("kaggle/page.py", {}),
    ("presentation/page.py", {}),
)
"""Which pages are measured, with what stands in their addresses: those on data and ideas are in `ideas`."""


def pages() -> list[Row]:
    """Compare a first visit to each page, and a later run of its script, with many and few runs."""
    without_cookies()
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder) / str(count) for count in (MANY, FEW)}
        ids = {count: _filled(home, count) for count, home in homes.items()}
        rows = []
        for name, query in PAGES:
            many, few = (Visit(homes[count], name, _filled_in(query, ids[count])) for count in (MANY, FEW))
            title = " ".join([name.removesuffix("/page.py").capitalize(), *_views(query)])
            rows.append(in_turn(f"{title}, first visit: 1,000 / 10 runs", many.first, few.first, pairs=5))
            again = f"{title}, again: 1,000 / 10 runs, 95 % within"
            rows.append(in_turn(again, many.again, few.again, pairs=PAIRS, share=0.95))
        return rows


def _filled_in(query: dict[str, str], ids: list[str]) -> dict[str, str]:
    """Return an address with the newest of these runs in it."""
    known = {ONE: ids[-1], SOME: ",".join(ids[-COMPARED:])}
    return {key: known.get(value, value) for key, value in query.items()}


def _views(query: dict[str, str]) -> list[str]:
    return [value for key, value in query.items() if key in ("part", "view")]


def _filled(home: Path, count: int) -> list[str]:
    home.mkdir()
    return fill(RunStore(f"sqlite:///{home / 'runs.sqlite'}"), count)


class Visit:
    """One visitor of a page, in a home of its own."""

    def __init__(self, home: Path, name: str, query: dict[str, str]) -> None:
        self._home, self._name, self._query = home, name, query
        self.first()

    def first(self) -> None:
        """Open the page in a new session."""
        os.environ["DIGITS_HOME"] = str(self._home)
        self._test = visit(self._name, self._query)

    def again(self) -> None:
        """Run the page's script again in the same session."""
        os.environ["DIGITS_HOME"] = str(self._home)
        run(self._test)

"""What the pages cost with 1,000 saved runs against 10: the script alone, without the browser."""

import os
import tempfile
from pathlib import Path

from benchmarks.fill import fill
from benchmarks.turns import Row, in_turn
from benchmarks.visits import run, visit, without_cookies
from core.runs.store import RunStore

MANY, FEW, COMPARED = 1000, 10, 8


def pages() -> list[Row]:
    """Compare a first visit to Runs and Compare, and a later run of their scripts, with many and few runs."""
    without_cookies()
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder) / str(count) for count in (MANY, FEW)}
        ids = {count: _filled(home, count) for count, home in homes.items()}
        rows = []
        for name, query in (("runs/page.py", False), ("compare/page.py", True)):
            many, few = (
                _Visit(homes[count], name, {"compare": ",".join(ids[count][-COMPARED:])} if query else {})
                for count in (MANY, FEW)
            )
            title = name.removesuffix("/page.py").capitalize()
            rows.append(in_turn(f"{title}, first visit: 1,000 / 10 runs", many.first, few.first, pairs=5))
            rows.append(in_turn(f"{title}, again: 1,000 / 10 runs", many.again, few.again))
        return rows


def _filled(home: Path, count: int) -> list[str]:
    home.mkdir()
    return fill(RunStore(f"sqlite:///{home / 'runs.sqlite'}"), count)


class _Visit:
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

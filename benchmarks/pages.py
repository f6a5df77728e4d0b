"""What the pages cost with 1,000 saved runs against 10: the script alone, without the browser."""

import os
import tempfile
from collections.abc import Collection
from pathlib import Path

from benchmarks.home import LIVE, ONE, SOME, filled
from benchmarks.turns import Row, in_turn
from benchmarks.visits import as_visitor, run, visit
from core.runs.store import RunStore
from pages.compare.page import VIEWS

MANY, FEW, PAIRS, FIRST_PAIRS = 1000, 10, 20, 3
RESULTS = ("Mistakes", "Epoch by epoch", "Confidence", "Robustness", "Copies", "Settings")
SLIDES = {"train": (3, LIVE), "results": (5, ONE), "compare": (3, SOME)}
"""How many slides of a page are measured, and of what; results' last one asks the network."""
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("train/page.py", {}),
    ("train/page.py", {"run": LIVE}),
    *(("results/page.py", {"run": ONE, "part": part}) for part in RESULTS),
    ("results/page.py", {"run": ONE, "part": "Inside", "look": "Layer by layer"}),
    ("results/page.py", {"run": LIVE}),
    ("runs/page.py", {}),
    ("sweep/page.py", {}),
    *(("compare/page.py", {"compare": SOME, "view": view}) for view in (*VIEWS, "Settings")),
    *(
        (f"{page}/page.py", {"compare" if page == "compare" else "run": of, "present": str(slide + 1)})
        for page, (count, of) in SLIDES.items()
        for slide in range(count)
    ),
    ("draw/page.py", {}),
    ("kaggle/page.py", {}),
    ("classroom/page.py", {}),
    ("presentation/page.py", {}),
    ("you/page.py", {}),
    ("glossary/page.py", {}),
)
"""Which pages are measured, with what stands in their addresses: those on data and ideas are in `ideas`.

Train without an address is the first screen. The buttons *Present* and *Print* are in the pages that have
them; slides are rows of their own, and paper is made in the browser.
"""
NAMES = {"train": "The first screen", "classroom": "Class", "you": "You, with addresses to be told at"}


def pages(wanted: Collection[str] = ()) -> list[Row]:
    """Compare a first visit to each page, and a later run of its script, with many and few runs.

    Args:
        wanted: titles of pages, such as "Compare"; all without any.
    """
    owner = as_visitor("benchmark")
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder) / str(count) for count in (MANY, FEW)}
        ids = {count: filled(home, count) for count, home in homes.items()}
        for home in homes.values():
            store = RunStore(f"sqlite:///{home / 'runs.sqlite'}")
            store.add_webhook(owner, "https://hooks.example/abc", "http://localhost", 1.0)
        rows = []
        for name, query in PAGES:
            title = _title(name, query)
            if wanted and title.split()[0] not in wanted:
                continue
            many, few = (Visit(homes[count], name, _filled_in(query, ids[count])) for count in (MANY, FEW))
            what = f"{title}, first visit: 1,000 / 10 runs"
            rows.append(in_turn(what, many.first, few.first, pairs=FIRST_PAIRS))
            again = f"{title}, again: 1,000 / 10 runs, 95 % within"
            rows.append(in_turn(again, many.again, few.again, pairs=PAIRS, share=0.95))
        return rows


def _filled_in(query: dict[str, str], ids: dict[str, str]) -> dict[str, str]:
    """Return an address with a home's own runs in it."""
    return {key: ids.get(value, value) for key, value in query.items()}


def _title(name: str, query: dict[str, str]) -> str:
    """Return what a page with these choices is called in the table."""
    page = name.removesuffix("/page.py")
    if not query:
        return NAMES.get(page, page.capitalize())
    live = ["of a run in training"] if query.get("run") == LIVE and "present" not in query else []
    slide = [f"slide {query['present']}"] if "present" in query else []
    chosen = [value for key, value in query.items() if key in ("part", "look", "view")]
    return " ".join([page.capitalize(), *chosen[-1:], *live, *slide])


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

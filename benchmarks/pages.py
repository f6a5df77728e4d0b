"""What the pages cost with 1,000 saved runs against 10: the script alone, without the browser.

Both stores also have a run in training, a sweep of 20 runs and a class of 30 pupils (`home.py`).
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.home import CLASS, LIVE, ONE, SOME, SWEEP, filled
from benchmarks.turns import Row, at_most, in_turn, show
from benchmarks.visits import Visit, as_visitor
from pages.compare.page import VIEWS

MANY, FEW, PAIRS, FIRST_PAIRS = 1000, 10, 20, 3
GOAL = at_most(0.15)
INSIDE = "Inside"
PARTS = ("Mistakes", "Epoch by epoch", "Confidence", INSIDE, "Robustness", "Copies", "Settings")
LOOKS = (
    *("Filters", "Feature maps", "Why this answer", "Activations", "Layer by layer"),
    "Map of the images",
)
"""Results' parts and views; `tests/test_benchmarks.py` holds that none is forgotten."""
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("", {}),
    ("", {"run": LIVE}),
    *(("results", {"run": ONE, "part": part}) for part in PARTS if part != INSIDE),
    *(("results", {"run": ONE, "part": INSIDE, "look": look}) for look in LOOKS),
    ("results", {"run": LIVE}),
    ("runs", {}),
    ("sweep", {}),
    ("sweep", {"sweep": SWEEP}),
    *(("compare", {"compare": SOME, "view": view}) for view in (*VIEWS, "Settings")),
    *(("", {"run": LIVE, "present": str(slide)}) for slide in (1, 2, 3)),
    *(("results", {"run": ONE, "present": str(slide)}) for slide in (1, 2, 3, 4, 5, 6)),
    *(("compare", {"compare": SOME, "present": str(slide)}) for slide in (1, 2, 3)),
    ("draw", {}),
    ("kaggle", {}),
    ("class", {}),
    ("class", {"code": CLASS}),
    ("presentation", {}),
    ("you", {}),
    ("glossary", {}),
)
"""Which pages are measured, with what stands in their addresses; those on data and ideas are in `ideas`.

Train without an address is the first screen. Paper is made in the browser. What a page asks a network is
asked before it is measured, as the answer is kept for all who come later.
"""
NAMES = {"": "Train", LIVE: "a run in training", SWEEP: "a sweep", CLASS: "a class", "you": "You"}


def rows() -> Iterator[Row]:
    """Compare a first visit to each page, and a later run of its script, with many and few runs."""
    owner = as_visitor("benchmark")
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder) / str(count) for count in (MANY, FEW)}
        ids = {count: filled(home, count, owner) for count, home in homes.items()}
        for address, query in PAGES:
            many, few = (
                Visit(home, address, {key: ids[count].get(value, value) for key, value in query.items()})
                for count, home in homes.items()
            )
            what = f"{title(address, query)}, {{}}: {MANY:,} / {FEW} runs"
            first = in_turn(what.format("first visit"), many.first, few.first, FIRST_PAIRS, goal=GOAL)
            yield first
            again = what.format("again, 95% within")
            yield in_turn(again, many.again, few.again, PAIRS, share=0.95, goal=GOAL)


def title(address: str, query: dict[str, str]) -> str:
    """Return what a page with these choices is called in the table."""
    page = NAMES.get(address, address.capitalize())
    told = {"present": f"slide {query.get('present')}", "run": NAMES.get(query.get("run", ""), "")}
    chosen = [told.get(key, NAMES.get(value, value)) for key, value in query.items() if key != "compare"]
    return " · ".join([page, *(one for one in chosen if one and one != INSIDE)])


if __name__ == "__main__":
    show(rows())

"""How much memory a dashboard takes, for hosts that have little of it: `python -m benchmarks.memory`.

Bytes of the server, of the worker that trains, and of all processes together, where what several share counts
once (PSS, which Linux tells): with a page open, while a quick start trains, and while a network answers.
`python -m benchmarks.memory 0` measures a dashboard that trains nothing itself (`DIGITS_WORKERS`); then the
quick start trains in this process.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psutil

from benchmarks.meanwhile import highest
from benchmarks.served import process_of, served
from benchmarks.turns import Goal, Row, at_most, show
from core.model.presets import PRESETS
from core.runs.status import RunStatus
from core.runs.store import RunStore
from tests.browser.server import WITH_WINDOWS, Server, open_page, opened_browser
from tests.patience import until

SERVER, WORKER = at_most(250e6), at_most(700e6)
"""Bytes; Community Cloud gives from 690 MB on."""
OPEN_FOR = 20.0
"""Seconds for which a page is open: until then the server has looked for what it can give back."""
QUICK = PRESETS["quick-start"].spec.model_copy(update={"epochs": 2})
"""Further epochs take no more than these."""


def rows(workers: int = 1) -> Iterator[Row]:
    """Measure a dashboard with so many workers at what it is asked for, one after the other."""
    with (
        tempfile.TemporaryDirectory() as folder,
        opened_browser(WITH_WINDOWS) as browser,
        served(Path(folder), workers) as server,
    ):
        page = open_page(browser, server.url)
        with _most(server, _of_all) as most:
            page.wait_for_timeout(1000 * OPEN_FOR)
        yield _row("the server, a page open", process_of(server).memory_info().rss, SERVER)
        yield _row("all processes, a page open", most[0])
        with _most(server, _of_all) as most, _most(server, _of_largest) as worker:
            _train(server.store, here=workers == 0)
        if workers:
            yield _row("the worker, a quick start trains", worker[0], WORKER)
        yield _row("all processes, a quick start trains", most[0])
        with _most(server, _of_all) as most:
            (run,) = [run for run in server.store.runs() if run.status is RunStatus.FINISHED]
            page = open_page(browser, f"{server.url}/results?run={run.id}&part=Inside")
            page.get_by_text("What to see").first.wait_for()
        yield _row("all processes, a network answers", most[0])


def _row(what: str, most: float, goal: Goal | None = None) -> Row:
    return Row(f"memory of {what}", most, unit="MB", goal=goal)


def _train(store: RunStore, here: bool) -> None:
    run = store.create(QUICK, "quick start")
    if here:
        from core.training.job import run_next

        run_next(store, "here")
    until(lambda: not store.get(run.id).is_live)


def _most(server: Server, measure: Callable[[Server], float]) -> AbstractContextManager[list[float]]:
    """Give a list whose one element is the most that was measured while the block lasted."""
    return highest(lambda: measure(server), 0.2)


def _of_all(server: Server) -> float:
    """Return the bytes that all processes of a server take together."""
    return sum(_told(process, "pss") for process in server.family())


def _of_largest(server: Server) -> float:
    """Return the bytes of the largest process that a server has started: the worker that trains."""
    return max(
        (_told(process, "rss") for process in process_of(server).children(recursive=True)), default=0.0
    )


def _told(process: psutil.Process, kind: str) -> float:
    try:
        return float(getattr(process.memory_full_info(), kind))
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    show(rows(*map(int, sys.argv[1:])))

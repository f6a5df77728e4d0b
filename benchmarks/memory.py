"""How much memory a dashboard takes, for hosts that have little of it: `python -m benchmarks.memory`.

Megabytes of all its processes together, what several share counted once (PSS, which Linux tells): with a page
open, while a quick start trains, and while a network answers. `python -m benchmarks.memory 0` measures
one that trains nothing itself (`DIGITS_WORKERS`); then the quick start trains in this process.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psutil

from benchmarks.meanwhile import highest
from core.model.presets import PRESETS
from core.runs.status import RunStatus
from core.runs.store import RunStore
from tests.browser.server import Server, open_page, opened_browser
from tests.patience import until

MB = 1_000_000
QUICK = PRESETS["quick-start"].spec.model_copy(update={"epochs": 1})
"""Further epochs take no more than the first."""


def measured(workers: int) -> Iterator[tuple[str, float]]:
    """Yield what a dashboard with so many workers is at, and the most megabytes it took meanwhile."""
    with tempfile.TemporaryDirectory() as folder, opened_browser() as browser:
        server = Server(Path(folder), DIGITS_WORKERS=str(workers))
        try:
            with _most(server) as megabytes:
                open_page(browser, server.url).wait_for_timeout(20_000)
            yield "a page is open", megabytes[0]
            with _most(server) as megabytes:
                _train(server.store, here=workers == 0)
            yield "a quick start trains", megabytes[0]
            with _most(server) as megabytes:
                _answer(server, browser, server.store)
            yield "a network answers", megabytes[0]
        finally:
            server.end()


def _train(store: RunStore, here: bool) -> None:
    run = store.create(QUICK, "quick start")
    if here:
        from core.training.job import run_next

        run_next(store, "here")
    until(lambda: not store.get(run.id).is_live)


def _answer(server: Server, browser: object, store: RunStore) -> None:
    (run,) = [run for run in store.runs() if run.status is RunStatus.FINISHED]
    page = open_page(browser, f"{server.url}/results?run={run.id}&part=Inside")  # type: ignore[arg-type]
    page.get_by_text("What to see").first.wait_for()


def _most(server: Server) -> AbstractContextManager[list[float]]:
    """Give a list whose one element is the most megabytes all processes took while the block lasted."""
    return highest(lambda: megabytes(server), 0.2)


def megabytes(server: Server) -> float:
    """Return what all processes of a server take now."""
    total = 0
    for process in server.family():
        try:
            total += process.memory_full_info().pss
        except psutil.NoSuchProcess:
            continue
    return total / MB


if __name__ == "__main__":
    for what, most in measured(int(sys.argv[1]) if sys.argv[1:] else 1):
        print(f"{what}: {most:.0f} MB", flush=True)

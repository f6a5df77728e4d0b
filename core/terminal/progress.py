"""A progress bar for a run that trains in this terminal; it reads the store as the pages do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm

from core.errors import StoreError
from core.runs.store import RunStore


@contextmanager
def progress_bar(store: RunStore, run_id: str, hidden: bool) -> Iterator[None]:
    """Show the run's progress on stderr while the block trains it."""
    if hidden:
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_follow, args=(store, run_id, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _follow(store: RunStore, run_id: str, over: threading.Event) -> None:
    with tqdm(unit="batch", dynamic_ncols=True) as bar:
        while not over.wait(0.5):
            try:
                _update(bar, store, run_id)
            except StoreError as error:
                bar.set_postfix_str(str(error)[:60])


def _update(bar: Any, store: RunStore, run_id: str) -> None:
    run = store.get(run_id)
    now = run.progress
    if not now.batches:
        bar.set_description(now.stage)
        return
    bar.total, bar.n = run.epoch_ends[-1], run.epoch_ends[now.epoch - 1] + now.batch
    bar.set_description(f"epoch {now.epoch}/{run.spec.epochs} {now.stage}")
    if epochs := store.history(run_id, max_points=1).epochs:
        bar.set_postfix_str(f"val_accuracy {epochs[-1].val_accuracy:.4f}")
    bar.refresh()

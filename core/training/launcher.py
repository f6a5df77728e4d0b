"""Starts runs and looks after them on behalf of a server: the queue, dead workers, the end of the server."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial

from core.errors import StoreError
from core.model.specs import RunSpec
from core.runs.limits import check_runs, check_spec, keep_house
from core.runs.pools import check_pool
from core.runs.records import Run
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.engine import end_pool, process_pool, run_in_worker, warm_up

log = logging.getLogger(__name__)

CARE_INTERVAL = 2.0
"""Seconds between two rounds of looking after the runs."""
MAX_ATTEMPTS = 3
"""How often a run is handed to a worker that dies before it has begun."""
KEEP_DELETED = 24 * 3600.0
"""Seconds during which a deleted run can be brought back."""


class Launcher:
    """Runs the store's scheduled runs in a pool of workers, one after another."""

    def __init__(self, store: RunStore, make_pool: Callable[[], ProcessPoolExecutor] = process_pool) -> None:
        self._store, self._make_pool = store, make_pool
        self._lock = threading.RLock()
        self._pool: ProcessPoolExecutor | None = None
        self._handed: set[str] = set()
        """The runs that were handed to the pool of now."""
        self._waiting: dict[str, Future[None]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._care, daemon=True, name="launcher")
        self._thread.start()

    def warm_up(self) -> None:
        """Have a worker ready before the first run is launched; returns at once."""
        self._submit(warm_up)

    def launch(
        self,
        spec: RunSpec,
        name: str,
        preset: str | None = None,
        *,
        owner: str | None = None,
        group_id: str | None = None,
        parent: str | None = None,
    ) -> Run:
        """Save a run, hand it to the workers and return it; it may have to wait for its turn.

        Raises:
            UserError: its data set is missing or too small, the host does not allow it, or the store cannot
                be written. Of a group only the run's own size is looked at: it was allowed as a whole.
        """
        check_pool(self._store, spec.data)
        if group_id is None:
            check_runs(self._store, owner, [spec])
        else:
            check_spec(spec)
        run = self._store.create(spec, name, preset, owner=owner, group_id=group_id, parent=parent)
        self._hand_over(run.id, attempt=1)
        return run

    def close(self) -> None:
        """End all workers now; what they were doing counts as interrupted."""
        self._over.set()
        self._thread.join(timeout=1)  # it would call what is interrupted now alive again
        with self._lock:
            pool, self._pool = self._pool, None
            mine, self._waiting = list(self._waiting), {}
        if pool is not None:
            end_pool(pool)
        for run_id in mine:
            self._try(partial(self._store.interrupt, run_id))

    def _hand_over(self, run_id: str, attempt: int) -> None:
        with self._lock:
            future = self._submit(run_in_worker, self._store.url, run_id)
            self._waiting[run_id] = future
            handed = self._handed
            handed.add(run_id)
        future.add_done_callback(lambda done: self._done(run_id, attempt, handed, done))

    def _submit(self, job: Callable[..., None], *arguments: str) -> "Future[None]":
        """Submit to the pool, making a new one if the last has broken."""
        with self._lock:
            try:
                return self._current().submit(job, *arguments)
            except BrokenProcessPool:
                self._pool = None
                return self._current().submit(job, *arguments)

    def _current(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool, self._handed = self._make_pool(), set()
        return self._pool

    def _done(self, run_id: str, attempt: int, handed: set[str], future: "Future[None]") -> None:
        if self._over.is_set() or future.cancelled():
            return
        with self._lock:
            self._waiting.pop(run_id, None)
        error = future.exception()
        if error is not None:
            log.warning("The worker of run %s ended: %r", run_id, error)
            # Not in this callback's thread, which belongs to the pool that has just broken.
            threading.Thread(
                target=self._try, args=(partial(self._recover, run_id, attempt, handed),)
            ).start()

    def _recover(self, run_id: str, attempt: int, handed: set[str]) -> None:
        """Interrupt a run whose worker died; one that had not begun goes to the next worker.

        The attempt counts only if none of the runs `handed` to that worker was begun.
        """
        if self._store.get(run_id).status is not RunStatus.SCHEDULED:
            self._store.interrupt(run_id)
            self.warm_up()
        elif any(run.id in handed and run.started_at for run in self._store.runs()):
            self._hand_over(run_id, attempt)
        elif attempt < MAX_ATTEMPTS:
            self._hand_over(run_id, attempt + 1)
        else:
            self._store.end(
                run_id, RunStatus.FAILED, "No worker could be started; the server's log says why."
            )

    def _care(self) -> None:
        """Every two seconds: say that the waiting runs are alive, notice those that are not, tidy up."""
        while not self._over.wait(CARE_INTERVAL):
            with self._lock:
                waiting = [run_id for run_id, future in self._waiting.items() if not future.done()]
            self._try(partial(self._store.beat_scheduled, waiting))
            self._try(self._store.interrupt_silent)
            self._try(partial(self._store.purge, KEEP_DELETED))
            self._try(partial(keep_house, self._store))

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StoreError as error:
            log.warning("The store of runs is away: %s", error)

"""Starts runs and looks after them on behalf of a server: the queue, dead workers, the end of the server.

The queue is the store's. A server tells a free worker to look for the run whose turn it is, and so do other
servers on the same store; the worker that holds a run in the store carries it out. The workers are this
server's own, or those of a cluster.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any

from core.errors import StoreError
from core.model.specs import RunSpec
from core.runs.limits import check_run, check_runs, keep_house
from core.runs.records import Run
from core.runs.rows import new_id
from core.runs.store import RunStore
from core.training.cluster import Cluster, ClusterError
from core.training.engine import process_pool
from core.training.slot import Slot

log = logging.getLogger(__name__)

LOOK_INTERVAL = 0.5
"""Seconds between two looks for runs that wait."""
CARE_INTERVAL = 2.0
"""Seconds between two rounds of looking after the runs."""
STUCK = 10.0
"""Seconds for which a worker may be at a run that it does not hold any more, before it is replaced."""
KEEP_DELETED = 24 * 3600.0
"""Seconds during which a deleted run can be brought back."""


class Launcher:
    """Runs the store's scheduled runs in a few workers, fairly between people (`core.runs.queue`).

    Args:
        workers: how many runs are carried out at a time.
        cluster: carries them out instead, with as many workers as it has.
    """

    def __init__(
        self,
        store: RunStore,
        make_pool: Callable[[], Executor] = process_pool,
        workers: int = 1,
        cluster: Cluster | None = None,
    ) -> None:
        self._store, self._id = store, cluster.id if cluster else new_id()
        self._wake, self._over = threading.Event(), threading.Event()
        self._cluster, self._complaint = cluster, ""
        own = 0 if cluster else workers
        self._slots = {str(place): Slot(make_pool, self._wake.set) for place in range(own)}
        """Touched by this launcher's thread alone, until that has ended."""
        self._cold = False
        self._held: set[str] = set()
        """Who of the slots has been seen to hold a run."""
        self._stuck: dict[str, float] = {}
        """Who of them has lost it, and since when."""
        self._cared = -CARE_INTERVAL
        self._thread = threading.Thread(target=self._work, daemon=True, name="launcher")
        self._thread.start()

    def warm_up(self) -> None:
        """Have the workers ready before the first run is launched; returns at once."""
        self._cold = True
        self._wake.set()

    def launch(
        self,
        spec: RunSpec,
        name: str,
        preset: str | None = None,
        *,
        owner: str | None = None,
        group_id: str | None = None,
        parent: str | None = None,
        pupil: str | None = None,
    ) -> Run:
        """Save a run for the next free worker and return it; it may have to wait for its turn.

        Raises:
            UserError: it cannot be trained here, the host does not allow it (`core.runs.limits`), or the
                store cannot be written. Of a run in a group it is only asked whether it can be trained: the
                group was allowed as a whole.
        """
        if group_id is None:
            check_runs(self._store, owner, [spec])
        else:
            check_run(self._store, spec)
        more = {"owner": owner, "group_id": group_id, "parent": parent, "pupil": pupil}
        run = self._store.create(spec, name, preset, **more)
        self._wake.set()
        return run

    def launch_together(
        self,
        kind: str,
        name: str,
        definition: dict[str, Any],
        specs: Mapping[str, RunSpec],
        preset: str | None = None,
        *,
        owner: str | None = None,
        pupil: str | None = None,
    ) -> list[Run]:
        """Save a group of runs, by name, for the next free workers; return them in order.

        Raises:
            UserError: as for `launch`, of any of them; then none is begun, and there is no group.
        """
        check_runs(self._store, owner, list(specs.values()))
        runs = self._store.create_together(kind, name, definition, specs, preset, owner=owner, pupil=pupil)
        self._wake.set()
        return runs

    def close(self) -> None:
        """End all workers now; what they were doing waits for another server, which goes on with it.

        A cluster's workers stay, and go on with what they are at.
        """
        self._over.set()
        self._wake.set()
        self._thread.join(timeout=1)
        holders = [slot.holder for slot in self._slots.values() if slot.holder]
        for slot in self._slots.values():
            slot.end()
        if self._cluster:
            self._cluster.close()
            holders = []
        for holder in holders:
            self._try(partial(self._store.take_back, holder))
        self._try(partial(self._store.leave, self._id))

    def _work(self) -> None:
        while not self._over.is_set():
            self._try(self._round)
            self._wake.wait(LOOK_INTERVAL)
            self._wake.clear()

    def _round(self) -> None:
        if self._cold:
            self._cold = False
            for slot in self._slots.values():
                slot.warm_up()
        if self._cluster:
            self._follow(self._cluster)
        for slot in self._slots.values():
            self._look_at(slot)
        if time.monotonic() - self._cared >= CARE_INTERVAL:
            self._cared = time.monotonic()
            self._care()
        free = [slot for slot in self._slots.values() if slot.is_free] if not self._complaint else []
        for slot in free[: self._store.waiting() if free else 0]:
            if not self._over.is_set():
                slot.begin(self._store.url)

    def _follow(self, cluster: Cluster) -> None:
        """Have one slot for each worker of a cluster; what a lost one was at waits for another."""
        try:
            slots = cluster.slots(self._slots, self._wake.set)
        except ClusterError as error:
            if not self._complaint:
                log.warning("%s Runs wait until it does.", error)
            self._complaint = str(error)
            return
        self._complaint = ""
        lost = [slot for address, slot in self._slots.items() if address not in slots]
        self._slots = slots
        for slot in lost:
            slot.end()
            if slot.holder:
                log.warning("The cluster has lost a worker that was at a run")
                self._store.take_back(slot.holder)

    def _look_at(self, slot: Slot) -> None:
        """Let a slot whose job is over be free; one whose worker died gets another."""
        if slot.holder is None or not slot.is_over:
            return
        if slot.problem is None:
            slot.clear()
            return
        log.warning("A worker failed: %r", slot.problem)
        begun = bool(self._store.take_back(slot.holder)) or slot.holder in self._held
        slot.replace(begun)

    def _care(self) -> None:
        """Say that this server lives, notice workers that do not, tidy up."""
        working = 0 if self._complaint else sum(slot.works for slot in self._slots.values())
        holding = self._store.look_after(self._id, working)
        self._store.purge(KEEP_DELETED)
        keep_house(self._store)
        mine = {slot.holder: slot for slot in self._slots.values() if slot.holder}
        self._held = {holder for holder in mine if holder in holding or holder in self._held}
        lost = self._held - holding
        self._stuck = {holder: self._stuck.get(holder, time.monotonic()) for holder in lost}
        for holder, since in self._stuck.items():
            if time.monotonic() - since >= STUCK:
                log.warning("A worker does not notice that its run was taken over: it is replaced")
                mine[holder].replace(had_begun=True)

    def _try(self, action: Callable[[], object]) -> None:
        try:
            action()
        except StoreError as error:
            log.warning("The store of runs is away: %s", error)
        except ClusterError as error:
            log.warning("%s", error)

"""Conducts the sweeps that run: one trial of each at a time, through the launcher like any other run.

All that it goes by is in the store, so that whichever server looks next goes on where the last one was. A
server holds a sweep by its heartbeat: whoever finds in the store another beat than its own last one leaves
the sweep to the other, and one whose heartbeat it has not seen change for `SILENCE` seconds is taken up.
"""

import logging
import threading
import time

from core.errors import StoreError, UserError
from core.runs.leases import SILENCE
from core.runs.limits import check_sweep
from core.runs.records import EpochPoint, Group, Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.runs.watch import Watch
from core.sweeps.budget import ending
from core.sweeps.paths import Values, apply
from core.sweeps.saved import SWEEP, definition
from core.sweeps.search import propose, should_prune
from core.sweeps.space import Sweep
from core.sweeps.trials import PRUNED, Trial, trials
from core.training.launcher import Launcher

log = logging.getLogger(__name__)

INTERVAL = 0.5
"""Seconds between two looks at the sweeps."""
GRACE = 5.0
"""For so many seconds an interrupted run may turn out to have only been asleep."""


class Conductor:
    """Keeps one trial of every running sweep with the launcher.

    Args:
        silence: seconds without a heartbeat after which another server's sweep is taken up.
    """

    def __init__(self, store: RunStore, launcher: Launcher, silence: float = SILENCE) -> None:
        self._store, self._launcher, self._silence = store, launcher, silence
        self._held: dict[str, float] = {}
        """Sweep → this server's last heartbeat as the store has it."""
        self._others = Watch()
        self._curves: dict[str, dict[str, tuple[EpochPoint, ...]]] = {}
        """Sweep → ended run → its epochs, which do not change any more."""
        self._gone: dict[str, dict[str, float]] = {}
        """Sweep → interrupted run → when it was first seen so, on the monotonic clock."""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._conduct, daemon=True, name="conductor")
        self._thread.start()

    def start(self, sweep: Sweep, name: str, owner: str | None = None, pupil: str | None = None) -> Group:
        """Save a sweep and conduct it from now on.

        Args:
            pupil: who begins its runs in a class, if anybody.

        Raises:
            UserError: its first run could not be trained here, the host does not allow it, or the store
                cannot be written.
        """
        check_sweep(self._store, owner, sweep.base)
        group = self._store.create_group(SWEEP, name, sweep.model_dump(mode="json"), owner, pupil)
        self._held[group.id] = group.heartbeat_at
        return group

    def close(self) -> None:
        """Begin no trial any more; the sweeps stay as they are, for the next server."""
        self._over.set()
        self._thread.join(timeout=1)

    def _conduct(self) -> None:
        while not self._over.wait(INTERVAL):
            known = set(self._held)  # before the store is asked: what is begun meanwhile is in both later
            try:
                running = [group for group in self._store.groups(SWEEP) if group.status == "running"]
            except StoreError as error:
                log.warning("The store of runs is away: %s", error)
                continue
            for group_id in known.difference(group.id for group in running):
                self._forget(group_id)
            for group in running:
                self._look_after(group)

    def _forget(self, group_id: str) -> None:
        """Hold a sweep no longer, and keep nothing of its runs: it has ended, or is another server's."""
        self._held.pop(group_id, None)
        self._curves.pop(group_id, None)
        self._gone.pop(group_id, None)

    def _look_after(self, group: Group) -> None:
        """Do what there is to do for one sweep, if it is this server's."""
        try:
            if self._holds(group):
                self._step(group)
        except StoreError as error:
            log.warning("Sweep %s waits for the store: %s", group.id, error)
        except UserError as error:
            self._end(group, "stopped", str(error))

    def _holds(self, group: Group) -> bool:
        """Return whether this server conducts a sweep, and say so in the store.

        Nothing is done in the round in which it is taken up: by the next one, two servers that did so at
        once have seen each other's beats, and all but the last have left it.
        """
        last = self._held.get(group.id)
        if last is None and not self._others.silent({group.id: group.heartbeat_at}, self._silence):
            return False
        if last is not None and last != group.heartbeat_at:
            self._forget(group.id)
            return False
        self._store.beat_group(group.id)
        self._held[group.id] = self._store.group(group.id).heartbeat_at
        return last is not None

    def _step(self, group: Group) -> None:
        sweep = definition(group)
        known = self._trials(sweep, group.id)
        living = [trial for trial in known if trial.is_live or self._may_wake(group.id, trial)]
        for trial in living:
            if should_prune(sweep, known, trial):
                self._prune(trial.run_id)
        if living:
            return
        if end := ending(sweep, known):
            self._end(group, *end)
        elif values := propose(sweep, known):
            self._launch(group, sweep, values, len(known) + 1)
        else:
            self._end(group, "finished", "Every combination that can be trained has been tried.")

    def _trials(self, sweep: Sweep, group_id: str) -> list[Trial]:
        runs = self._store.runs(group_id)
        curves = self._curves.setdefault(group_id, {})
        return trials(sweep, runs, {run.id: self._epochs(run, curves) for run in runs})

    def _epochs(self, run: Run, curves: dict[str, tuple[EpochPoint, ...]]) -> tuple[EpochPoint, ...]:
        """Return a run's epochs; those of an ended one are read once, and kept in `curves`."""
        if run.id in curves:
            return curves[run.id]
        epochs = self._store.history(run.id, max_points=1).epochs
        if not run.is_live and run.status is not RunStatus.INTERRUPTED:
            curves[run.id] = epochs
        return epochs

    def _may_wake(self, group_id: str, trial: Trial) -> bool:
        """Return whether an interrupted trial may have been asleep, with the computer it runs on."""
        if trial.state != "interrupted":
            return False
        gone = self._gone.setdefault(group_id, {})
        return time.monotonic() - gone.setdefault(trial.run_id, time.monotonic()) < GRACE

    def _prune(self, run_id: str) -> None:
        """Mark a run as ended by the sweep, then end it; if the store fails in between, again next time."""
        run = self._store.get(run_id)
        if run.command is not Command.STOP:
            self._store.set_tags(run_id, [*run.tags, PRUNED])
            self._store.ask(run_id, Command.STOP)

    def _launch(self, group: Group, sweep: Sweep, values: Values, number: int) -> None:
        name = f"{group.name} · run {number}"
        spec = apply(sweep.base, values)
        run = self._launcher.launch(spec, name, owner=group.owner, group_id=group.id, pupil=group.pupil)
        if self._store.group(group.id).status != "running":  # somebody stopped it just now
            self._store.ask(run.id, Command.STOP)

    def _end(self, group: Group, status: str, message: str) -> None:
        self._forget(group.id)
        try:
            self._store.end_group(group.id, status, message)
        except StoreError as error:
            log.warning("Sweep %s could not be ended: %s", group.id, error)

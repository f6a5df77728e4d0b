"""The store of runs: the one place that reads and writes them, for pages, workers and the terminal.

It knows tables, not training. Every method is one short transaction and may be called from any thread
or process; every failure of the database is a `StoreError`.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.errors import RunNotFoundError, StoreError
from core.home import store_url
from core.model.shapes import network_cost
from core.model.specs import RunSpec
from core.names import UNTITLED, kept, kept_tags
from core.notes import kept_note
from core.runs import tables as t
from core.runs.drawings import Drawings
from core.runs.keeping import Keeping
from core.runs.lineage import take_over
from core.runs.mirrors import Mirrors
from core.runs.records import EpochPoint, History, Progress, Results, Run, StepPoint, Steps
from core.runs.rows import (
    RUN_COLUMNS,
    bin_width,
    binned_steps,
    new_id,
    next_number,
    replace,
    to_epoch,
    to_run,
)
from core.runs.status import UNFINISHED, Command, RunStatus
from core.runs.transfer import Transfer
from core.runs.watch import Watch

SILENCE = 15.0
"""Seconds without a sign of life after which a run counts as interrupted."""
AT_LEAST_DELETED = 3600.0
"""Seconds for which a process sees a deleted run before it removes it, whatever the time of day says."""
MAX_POINTS = 1000
"""How many points a curve of training batches is reduced to."""


class RunStore(Mirrors, Transfer, Drawings, Keeping):
    """Saved runs in the database at `url` (any SQLAlchemy URL); times are as in `Datasets`."""

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(url, clock, now)
        self._lives, self._deleted = Watch(clock, now), Watch(clock, now)

    # --- the life of a run -------------------------------------------------------------------------

    def create(
        self,
        spec: RunSpec,
        name: str,
        preset: str | None = None,
        *,
        owner: str | None = None,
        group_id: str | None = None,
        parent: str | None = None,
    ) -> Run:
        """Save a new run as scheduled and return it; it begins where its `parent` ended (`lineage`)."""
        run_id, now = new_id(), self._now()
        row: dict[str, Any] = {
            "id": run_id,
            "number": next_number(),
            "name": kept(name) or UNTITLED,
            "preset": preset,
            "owner": owner,
            "group_id": group_id,
            "parent": parent,
            "tags": [],
            "status": RunStatus.SCHEDULED,
            "command": Command.RUN,
            "spec": spec.to_json(),
            "parameters": network_cost(spec.layers).parameters,
            "created_at": now,
            "heartbeat_at": now,
            "progress": asdict(Progress()),
            "data": {},
            "environment": {},
        }
        with self._begin() as connection:
            connection.execute(t.runs.insert().values(row))
            if parent:
                take_over(connection, parent, run_id, spec.continued[-1].after)
        return self.get(run_id)

    def claim(self, run_id: str, environment: dict[str, Any]) -> bool:
        """Mark a scheduled run as running and return True, or False if it was stopped before it began."""
        now = self._now()
        change = {"status": RunStatus.RUNNING, "started_at": now, "heartbeat_at": now}
        return self._update(run_id, change | {"environment": environment}, RunStatus.SCHEDULED)

    def describe_data(self, run_id: str, data: dict[str, Any]) -> None:
        """Note what a run is trained on: the pool's name and fingerprint, the sizes of the split."""
        self._update(run_id, {"data": data})

    def ask(self, run_id: str, command: Command) -> None:
        """Leave a command for the worker; a run that has not begun is stopped at once."""
        self.get(run_id)
        self._update(run_id, {"command": command})
        if command is Command.STOP:
            told = "Stopped before it began."
            over = {"status": RunStatus.STOPPED, "ended_at": self._now(), "message": told}
            self._update(run_id, over, RunStatus.SCHEDULED)

    def command(self, run_id: str) -> Command:
        """Return the command last left for this run; a deleted run is to stop."""
        with self._begin() as connection:
            row = connection.execute(sa.select(t.runs.c.command).where(t.runs.c.id == run_id)).first()
        return Command(row.command) if row else Command.STOP

    def beat(self, run_id: str) -> None:
        """Note that a run's worker lives; a run taken for interrupted is thereby running or paused again."""
        unheard = t.runs.c.status == RunStatus.INTERRUPTED
        paused = t.runs.c.command == Command.PAUSE
        before = sa.case((paused, RunStatus.PAUSED.value), else_=RunStatus.RUNNING.value)
        values = {
            "heartbeat_at": self._now(),
            "status": sa.case((unheard, before), else_=t.runs.c.status),
            "message": sa.case((unheard, ""), else_=t.runs.c.message),
            "ended_at": None,
        }
        living = (t.runs.c.id == run_id) & (t.runs.c.ended_at.is_(None) | unheard)
        with self._begin() as connection:
            connection.execute(t.runs.update().where(living).values(values))

    def beat_scheduled(self, run_ids: Sequence[str]) -> None:
        """Note that the server these runs wait in lives; those that have begun speak for themselves.

        One that was taken for interrupted meanwhile waits again.
        """
        r = t.runs.c
        unheard = (r.status == RunStatus.INTERRUPTED) & r.started_at.is_(None)
        waiting = r.id.in_(run_ids) & ((r.status == RunStatus.SCHEDULED) | unheard)
        alive = {"heartbeat_at": self._now(), "status": RunStatus.SCHEDULED, "message": "", "ended_at": None}
        with self._begin() as connection:
            connection.execute(t.runs.update().where(waiting).values(alive))

    def set_status(self, run_id: str, status: RunStatus, message: str = "") -> None:
        self._update(run_id, {"status": status, "message": message})

    def record(
        self, run_id: str, progress: Progress, steps: Sequence[StepPoint], epochs: Sequence[EpochPoint]
    ) -> None:
        """Append points of the curves and say where the run is, in one transaction.

        Writing a point again replaces it, so a failed write may simply be repeated.
        """
        with self._begin() as connection:
            replace(connection, t.steps, run_id, "step", [asdict(p) for p in steps])
            replace(connection, t.epochs, run_id, "epoch", [asdict(p) for p in epochs])
            values = {"progress": asdict(progress), "heartbeat_at": self._now()}
            connection.execute(t.runs.update().where(t.runs.c.id == run_id).values(values))

    def end(self, run_id: str, status: RunStatus, message: str = "", results: Results | None = None) -> None:
        """Close a run for good: nothing of it changes any more but its name, tags and note."""
        values: dict[str, Any] = {"status": status, "message": message, "ended_at": self._now()}
        if results is not None:
            values["results"] = asdict(results)
        self._update(run_id, values)

    def interrupt_silent(self, silence: float = SILENCE) -> int:
        """Mark living runs as interrupted that gave no sign of life while this store looked; return how many.

        Each call is a look, and `silence` the seconds between the first and the last look at the same sign
        of life (`Watch.silent`); so it is to be called every few seconds. A run that had been stopped and
        was only being measured stays "stopped".
        """
        r = t.runs.c
        with self._begin() as connection:
            rows = connection.execute(sa.select(r.id, r.heartbeat_at).where(r.ended_at.is_(None))).all()
        signs = {row.id: row.heartbeat_at for row in rows}
        silent = self._lives.silent(signs, silence)
        return sum(self._interrupt((r.id == i) & (r.heartbeat_at == signs[i])) for i in silent)

    def interrupt(self, run_id: str) -> int:
        """Mark one living run as interrupted, because its worker is known to be gone."""
        return self._interrupt(t.runs.c.id == run_id)

    def _interrupt(self, which: sa.ColumnElement[bool]) -> int:
        unfinished = t.runs.c.status.in_([s.value for s in UNFINISHED])
        change = t.runs.update().where(which & t.runs.c.ended_at.is_(None))
        values = {
            "status": sa.case((unfinished, RunStatus.INTERRUPTED.value), else_=t.runs.c.status),
            "message": sa.case((unfinished, INTERRUPTED_MESSAGE), else_=t.runs.c.message),
            "ended_at": t.runs.c.heartbeat_at,
        }
        with self._begin() as connection:
            return connection.execute(change.values(values)).rowcount

    # --- reading -----------------------------------------------------------------------------------

    def get(self, run_id: str) -> Run:
        """Return one run.

        Raises:
            RunNotFoundError: there is none with this id, or it was deleted.
        """
        if not run_id.isascii():  # no id of ours, and not every database could even be asked
            raise RunNotFoundError(run_id)
        query = sa.select(*RUN_COLUMNS).where(t.runs.c.id == run_id, t.runs.c.deleted_at.is_(None))
        with self._begin() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise RunNotFoundError(run_id)
        return to_run(tuple(row))

    def runs(self) -> list[Run]:
        """Return all runs that are not deleted, the last saved first, whatever its date says."""
        r = t.runs.c
        order = (sa.func.coalesce(r.number, 0).desc(), r.created_at.desc())
        query = sa.select(*RUN_COLUMNS).where(r.deleted_at.is_(None)).order_by(*order)
        with self._begin() as connection:
            return [to_run(tuple(row)) for row in connection.execute(query)]

    def history(self, run_id: str, max_points: int = MAX_POINTS) -> History:
        """Return the curves; steps as means over bins so that at most `max_points` come back."""
        epochs = sa.select(t.epochs).where(t.epochs.c.run_id == run_id).order_by(t.epochs.c.epoch)
        last = sa.select(sa.func.max(t.steps.c.step)).where(t.steps.c.run_id == run_id)
        with self._begin() as connection:
            points = [to_epoch(row) for row in connection.execute(epochs).mappings()]
            width = bin_width(connection.execute(last).scalar() or 0, max_points)
            rows = connection.execute(binned_steps(run_id, width)).all()
        columns = np.array([[np.nan if v is None else v for v in row] for row in rows], np.float64)
        step, loss, accuracy, seconds = columns.reshape(-1, 4).T
        return History(Steps(step.astype(np.int64), loss, accuracy, seconds), tuple(points))

    # --- what people do to saved runs --------------------------------------------------------------

    def rename(self, run_id: str, name: str) -> None:
        """Give a run another name; an empty one is refused."""
        if not kept(name):
            raise StoreError("The name is empty: a run needs at least one visible character.")
        self._update(run_id, {"name": kept(name)})

    def set_tags(self, run_id: str, tags: Iterable[str]) -> None:
        """Replace a run's tags; blanks, and what looks like one before, are dropped."""
        self._update(run_id, {"tags": kept_tags(tags)})

    def set_note(self, run_id: str, note: str) -> None:
        """Replace what is written about a run; one that is too long is refused."""
        self._update(run_id, {"note": kept_note(note)})

    def delete(self, run_ids: Sequence[str]) -> None:
        """Hide runs; a living one is told to stop. `restore` brings them back."""
        change = t.runs.update().where(t.runs.c.id.in_(run_ids))
        with self._begin() as connection:
            connection.execute(change.values(deleted_at=self._now(), command=Command.STOP))

    def restore(self, run_ids: Sequence[str]) -> None:
        with self._begin() as connection:
            connection.execute(t.runs.update().where(t.runs.c.id.in_(run_ids)).values(deleted_at=None))

    def purge(self, deleted_for: float) -> int:
        """Remove for good what was deleted at least `deleted_for` seconds ago; return how many runs.

        As the time of day may have jumped, nothing goes that this store has not also seen deleted for
        `AT_LEAST_DELETED` seconds, calls of this in between; so it is to be called every few seconds.
        """
        r = t.runs.c
        with self._begin() as connection:
            rows = connection.execute(sa.select(r.id, r.deleted_at).where(r.deleted_at.is_not(None))).all()
            seen = self._deleted.unchanged({row.id: row.deleted_at for row in rows}, AT_LEAST_DELETED)
            old = [row.id for row in rows if row.id in seen and row.deleted_at <= self._now() - deleted_for]
            for table in (t.steps, t.epochs, t.artifacts, t.mirrors):
                connection.execute(table.delete().where(table.c.run_id.in_(old)))
            return connection.execute(t.runs.delete().where(r.id.in_(old))).rowcount

    # --- artifacts ---------------------------------------------------------------------------------

    def put_artifact(self, run_id: str, name: str, content: bytes) -> None:
        """Keep `content` under `name`, replacing what was there."""
        with self._begin() as connection:
            replace(connection, t.artifacts, run_id, "name", [{"name": name, "content": content}])

    def artifact(self, run_id: str, name: str) -> bytes | None:
        """Return an artifact, or None if the run has none of this name."""
        at = (t.artifacts.c.run_id == run_id) & (t.artifacts.c.name == name)
        with self._begin() as connection:
            return connection.execute(sa.select(t.artifacts.c.content).where(at)).scalar()

    def artifact_names(self, run_id: str) -> list[str]:
        query = sa.select(t.artifacts.c.name).where(t.artifacts.c.run_id == run_id)
        with self._begin() as connection:
            return sorted(connection.execute(query).scalars())

    def having(self, name: str) -> set[str]:
        """Return the ids of the runs that have an artifact of this name."""
        query = sa.select(t.artifacts.c.run_id).where(t.artifacts.c.name == name)
        with self._begin() as connection:
            return set(connection.execute(query).scalars())

    # --- inside ------------------------------------------------------------------------------------

    def _update(self, run_id: str, values: dict[str, Any], only: RunStatus | None = None) -> bool:
        """Change one run (if its status is `only`, where given) and return whether it was there."""
        change = t.runs.update().where(t.runs.c.id == run_id)
        if only is not None:
            change = change.where(t.runs.c.status == only)
        with self._begin() as connection:
            return connection.execute(change.values(values)).rowcount == 1


INTERRUPTED_MESSAGE = (
    "The worker ended before the training did (closed, killed or out of memory); all up to then is kept."
)


@lru_cache(maxsize=4)
def _opened(url: str) -> RunStore:
    return RunStore(url)


def open_store() -> RunStore:
    """Return this process's store (`DIGITS_STORE`, else SQLite in `DIGITS_HOME`)."""
    return _opened(store_url())

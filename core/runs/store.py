"""The store of runs: the one place that reads and writes them, for pages, workers and the terminal.

It knows tables, not training. Every method is one short transaction and may be called from any thread
or process; every failure of the database is a `StoreError`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from core.errors import StoreError
from core.home import named, store_url
from core.model.specs import RunSpec
from core.names import kept, kept_tags
from core.notes import kept_note
from core.runs import tables as t
from core.runs.class_ages import ClassAges
from core.runs.classes import remove_classes
from core.runs.drawings import Drawings
from core.runs.keeping import Keeping
from core.runs.leases import Leases
from core.runs.messages import Messages
from core.runs.mirrors import Mirrors
from core.runs.people import People
from core.runs.records import History, Run, Steps
from core.runs.rows import BINNED_STEPS, RUN_COLUMNS, bin_width, to_epoch, to_run
from core.runs.status import Command, RunStatus
from core.runs.transfer import Transfer
from core.runs.watch import Watch

AT_LEAST_DELETED = 3600.0
"""Seconds for which a process sees a deleted run before it removes it, whatever the time of day says."""
MAX_POINTS = 1000
"""How many points a curve of training batches is reduced to."""
_R, _E, _S, _A = t.runs.c, t.epochs.c, t.steps.c, t.artifacts.c
_THIS: sa.BindParameter[str] = sa.bindparam("run_id")
# Statements that are asked each second are made once: to make one takes longer than the answer.
_ALL = sa.select(*RUN_COLUMNS).where(_R.deleted_at.is_(None))
_OF_GROUP = _ALL.where(_R.group_id == sa.bindparam("group_id"))
_CONTINUING = _ALL.where(_R.parent == _THIS)
_EPOCHS = sa.select(t.epochs).where(_E.run_id == _THIS).order_by(_E.epoch)
_LAST_STEP = sa.select(sa.func.max(_S.step)).where(_S.run_id == _THIS)
_ARTIFACT = sa.select(_A.content).where(_A.run_id == _THIS, _A.name == sa.bindparam("name"))


class RunStore(Leases, Mirrors, Transfer, Drawings, ClassAges, Keeping, People, Messages):
    """Saved runs in the database at `url` (any SQLAlchemy URL); times are as in `Datasets`."""

    @cached_property
    def _deleted(self) -> Watch:
        return Watch(self._clock, self._now)

    # --- reading -----------------------------------------------------------------------------------

    def runs(self, group_id: str | None = None) -> list[Run]:
        """Return all runs that are not deleted, or those of a group, the last saved first."""
        return self._runs(_ALL) if group_id is None else self._runs(_OF_GROUP, group_id=group_id)

    def continuing(self, run_id: str) -> list[Run]:
        """Return the runs that continue another, the last saved first."""
        return self._runs(_CONTINUING, run_id=run_id)

    def _runs(self, query: sa.Select[Any], **values: str) -> list[Run]:
        with self._begin() as connection:
            found = [to_run(tuple(row)) for row in connection.execute(query, values)]
        # Here, since a database sorts whole rows: ten thousand runs have 25 MB of them.
        return sorted(found, key=lambda run: (run.number or 0, run.created_at), reverse=True)

    def history(self, run_id: str, max_points: int = MAX_POINTS) -> History:
        """Return the curves; steps as means over bins so that at most `max_points` come back."""
        this = {"run_id": run_id}
        with self._begin() as connection:
            points = [to_epoch(row) for row in connection.execute(_EPOCHS, this).mappings()]
            width = bin_width(connection.execute(_LAST_STEP, this).scalar() or 0, max_points)
            rows = connection.execute(BINNED_STEPS, this | {"width": width}).all()
        columns = np.array([[np.nan if v is None else v for v in row] for row in rows], np.float64)
        step, loss, accuracy, seconds = columns.reshape(-1, 4).T
        return History(Steps(step.astype(np.int64), loss, accuracy, seconds), tuple(points))

    # --- what people do with runs ------------------------------------------------------------------

    def create_together(
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
        """Save a group with all its runs, by name, or nothing; return the runs in order.

        Args:
            pupil: who begins them in a class, if anybody.
        """
        group = self._new_group(kind, name, definition, owner, pupil)
        closed = replace(group, status="finished", ended_at=group.created_at)
        more = {"preset": preset, "owner": owner, "group_id": group.id}
        with self._begin() as connection:
            connection.execute(t.groups.insert().values(asdict(closed)))
            ids = [self._insert(connection, spec, title, pupil, **more) for title, spec in specs.items()]
        return [self.get(run_id) for run_id in ids]

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
        change = t.runs.update().where(_R.id.in_(run_ids))
        with self._begin() as connection:
            connection.execute(change.values(deleted_at=self._now(), command=Command.STOP))

    def restore(self, run_ids: Sequence[str]) -> None:
        """Bring deleted runs back; those that no worker had begun wait for their turn again."""
        these = t.runs.update().where(_R.id.in_(run_ids))
        untouched = these.where(_R.status == RunStatus.SCHEDULED, _R.holder.is_(None))
        with self._begin() as connection:
            connection.execute(untouched.values(command=Command.RUN))
            connection.execute(these.values(deleted_at=None))

    def purge(self, deleted_for: float) -> int:
        """Remove for good what was deleted at least `deleted_for` seconds ago; return how many runs.

        As the time of day may have jumped, nothing goes that this store has not also seen deleted for
        `AT_LEAST_DELETED` seconds, calls of this in between; so it is to be called every few seconds.
        Deleted classes go likewise, with all nicknames.
        """
        with self._begin() as connection:
            deleted = {
                row.id: row.deleted_at
                for c in (_R, t.classes.c)
                for row in connection.execute(sa.select(c.id, c.deleted_at).where(c.deleted_at.is_not(None)))
            }
            seen = self._deleted.unchanged(deleted, AT_LEAST_DELETED)
            old = [key for key in deleted if key in seen and deleted[key] <= self._now() - deleted_for]
            remove_classes(connection, old)
            for table in (t.steps, t.epochs, t.artifacts, t.mirrors, t.entries, t.messages):
                connection.execute(table.delete().where(table.c.run_id.in_(old)))
            return connection.execute(t.runs.delete().where(_R.id.in_(old))).rowcount

    # --- artifacts ---------------------------------------------------------------------------------

    def artifact(self, run_id: str, name: str) -> bytes | None:
        """Return an artifact, or None if the run has none of this name."""
        with self._begin() as connection:
            return connection.execute(_ARTIFACT, {"run_id": run_id, "name": name}).scalar()

    def artifact_names(self, run_id: str) -> list[str]:
        query = sa.select(_A.name).where(_A.run_id == run_id)
        with self._begin() as connection:
            return sorted(connection.execute(query).scalars())

    def having(self, name: str) -> set[str]:
        """Return the ids of the runs that have an artifact of this name."""
        query = sa.select(_A.run_id).where(_A.name == name)
        with self._begin() as connection:
            return set(connection.execute(query).scalars())


@lru_cache(maxsize=4)
def _opened(_named: tuple[str | None, ...]) -> RunStore:
    """Open a store once: to find its place takes longer than most of what is asked of it."""
    return RunStore(store_url())


def open_store() -> RunStore:
    """Return this process's store (`DIGITS_STORE`, else SQLite in `DIGITS_HOME`)."""
    return _opened(named())

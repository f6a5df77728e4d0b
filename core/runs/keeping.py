"""How much is kept, for whom and for how long: what the limits of a host look at, and pins."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from core.runs import tables as t
from core.runs.datasets import Datasets
from core.runs.records import BUNDLED
from core.runs.status import RunStatus
from core.runs.watch import Watch

AT_LEAST_SEEN = 3600.0
"""Seconds for which a process sees that something is too old before it lets it go, whatever the date says."""
DAY = 24 * 3600.0


class Keeping(Datasets):
    """Counts and ages in the database; "a person" is an owner, and all without a name are one person."""

    @cached_property
    def _aged(self) -> Watch:
        return Watch(self._clock, self._now)

    def waiting_of(self, owner: str | None) -> int:
        """Return how many runs of a person have not begun."""
        r = t.runs.c
        scheduled = (r.status == RunStatus.SCHEDULED) & r.deleted_at.is_(None)
        return self._count(t.runs, scheduled & _of(r.owner, owner))

    def has_runs(self, owner: str | None) -> bool:
        """Return whether a person has any run, deleted ones left out."""
        r = t.runs.c
        return self._count(t.runs, r.deleted_at.is_(None) & _of(r.owner, owner)) > 0

    def counts(self) -> dict[str, int]:
        """Return how many runs have each status, deleted ones left out."""
        r = t.runs.c
        query = sa.select(r.status, sa.func.count()).where(r.deleted_at.is_(None)).group_by(r.status)
        with self._begin() as connection:
            found: dict[str, int] = dict(connection.execute(query).all())
        return {status.value: found.get(status.value, 0) for status in RunStatus}

    def going_on(self, kind: str, owner: str | None) -> int:
        """Return how many groups of a kind of a person are running."""
        g = t.groups.c
        return self._count(t.groups, (g.kind == kind) & (g.status == "running") & _of(g.owner, owner))

    def stored_bytes(self, *owner: str | None) -> int:
        """Return how many bytes the artifacts and data sets of a person have; without one, those of all.

        A person's deleted runs do not count, so that deleting makes room at once; among all they do until
        they are gone. What came along with the app never counts.
        """
        r = t.runs.c
        runs = r.owner.is_distinct_from(BUNDLED)
        datasets: sa.ColumnElement[bool] = sa.true()
        if owner:
            runs = _of(r.owner, owner[0]) & r.deleted_at.is_(None)
            datasets = _of(t.datasets.c.owner, owner[0])
        artifacts = sa.select(_bytes(t.artifacts)).join(t.runs, t.artifacts.c.run_id == r.id).where(runs)
        with self._begin() as connection:
            kept = connection.execute(artifacts).scalar_one()
            return int(kept + connection.execute(sa.select(_bytes(t.datasets)).where(datasets)).scalar_one())

    def pin(self, run_ids: Sequence[str], pinned: bool = True) -> None:
        """Have runs stay for good, or let them grow old like others."""
        change = t.runs.update().where(t.runs.c.id.in_(run_ids)).values(pinned=int(pinned))
        with self._begin() as connection:
            connection.execute(change)

    def expire(self, days: float) -> int:
        """Delete what ended, or came in, so many days ago and is not pinned; return how many runs.

        Data sets as old that no run uses go with them. As a date may be wrong, nothing goes that this
        process has not seen too old for `AT_LEAST_SEEN` seconds; so it is to be called every few seconds.
        """
        r, long_ago = t.runs.c, self._now() - days * DAY
        age = sa.func.coalesce(r.imported_at, r.ended_at)
        mortal = r.owner.is_distinct_from(BUNDLED) & (sa.func.coalesce(r.pinned, 0) == 0)
        ended = r.ended_at.is_not(None) & r.deleted_at.is_(None)
        runs = sa.select(r.id, age).where(mortal, ended, age <= long_ago)
        d = t.datasets.c
        unused = ~sa.exists().where(_names(r.spec, d.fingerprint))
        datasets = sa.select(d.fingerprint, d.added_at).where(d.added_at <= long_ago, unused)
        with self._begin() as connection:
            old: dict[str, Any] = dict(connection.execute(runs).all())
            spare: dict[str, Any] = dict(connection.execute(datasets).all())
            gone = self._aged.unchanged(old | spare, AT_LEAST_SEEN)
            over = [i for i in gone if i in old]
            connection.execute(t.runs.update().where(r.id.in_(over)).values(deleted_at=self._now()))
            connection.execute(t.datasets.delete().where(d.fingerprint.in_([i for i in gone if i in spare])))
        return len(over)

    def datasets_of(self, owner: str | None) -> int:
        """Return how many uploaded data sets of a person are kept."""
        return self._count(t.datasets, _of(t.datasets.c.owner, owner))

    def users_of(self, fingerprint: str) -> tuple[int, int]:
        """Return how many runs were trained on a data set and ended, and how many runs and sweeps need it."""
        r, g = t.runs.c, t.groups.c
        runs = r.deleted_at.is_(None) & _names(r.spec, fingerprint)
        sweeps = (g.status == "running") & _names(sa.cast(g.definition, sa.Text), fingerprint)
        ended = self._count(t.runs, runs & r.ended_at.is_not(None))
        return ended, self._count(t.runs, runs & r.ended_at.is_(None)) + self._count(t.groups, sweeps)

    def delete_dataset(self, fingerprint: str) -> None:
        """Remove an uploaded data set for good."""
        with self._begin() as connection:
            connection.execute(t.datasets.delete().where(t.datasets.c.fingerprint == fingerprint))

    def _count(self, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
        with self._begin() as connection:
            query = sa.select(sa.func.count()).select_from(table).where(which)
            return connection.execute(query).scalar_one()


def _of(column: sa.ColumnElement[Any], owner: str | None) -> sa.ColumnElement[bool]:
    return column.is_(None) if owner is None else column == owner


def _names(text: sa.ColumnElement[Any], fingerprint: Any) -> sa.ColumnElement[bool]:
    """Return whether a spec or a sweep, as JSON text, names a data set."""
    return text.contains(fingerprint)


def _bytes(table: sa.Table) -> sa.ColumnElement[Any]:
    return sa.func.coalesce(sa.func.sum(sa.func.length(table.c.content)), 0)

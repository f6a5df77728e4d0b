"""Runs that were started together, in the store: repeats over seeds, and sweeps."""

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from core.errors import StoreError
from core.names import UNTITLED, kept
from core.runs import tables as t
from core.runs.datasets import Datasets
from core.runs.records import Group
from core.runs.rows import new_id


class Groups(Datasets):
    """Groups of runs in the database at `url`; a run names its group in `Run.group_id`."""

    def create_group(
        self,
        kind: str,
        name: str,
        definition: dict[str, Any],
        owner: str | None = None,
        pupil: str | None = None,
    ) -> Group:
        """Save a new, running group without runs and return it.

        Args:
            pupil: who begins its runs in a class, if anybody.
        """
        group = self._new_group(kind, name, definition, owner, pupil)
        with self._begin() as connection:
            connection.execute(t.groups.insert().values(asdict(group)))
        return group

    def _new_group(
        self, kind: str, name: str, definition: dict[str, Any], owner: str | None, pupil: str | None
    ) -> Group:
        title, now = kept(name) or UNTITLED, self._now()
        return Group(new_id(), kind, title, owner, definition, "running", "", now, None, now, pupil)

    def group(self, group_id: str) -> Group:
        """Return one group.

        Raises:
            StoreError: there is none with this id.
        """
        for group in self._groups(t.groups.c.id == group_id):
            return group
        raise StoreError(f"There is no group of runs “{group_id[:40]}” here: the link may be incomplete.")

    def groups(self, kind: str | None = None) -> list[Group]:
        """Return all groups, or those of one kind, the newest first."""
        return self._groups(sa.true() if kind is None else t.groups.c.kind == kind)

    def beat_group(self, group_id: str) -> None:
        """Note that the server which conducts this group lives."""
        self._change_group(group_id, heartbeat_at=self._now())

    def end_group(self, group_id: str, status: str, message: str = "") -> None:
        """Close a group: no run will be added to it any more."""
        self._change_group(group_id, status=status, message=message, ended_at=self._now())

    def _change_group(self, group_id: str, **values: Any) -> None:
        with self._begin() as connection:
            connection.execute(t.groups.update().where(t.groups.c.id == group_id).values(**values))

    def _groups(self, which: sa.ColumnElement[bool]) -> list[Group]:
        query = sa.select(t.groups).where(which).order_by(t.groups.c.created_at.desc())
        with self._begin() as connection:
            return [Group(**row) for row in connection.execute(query).mappings()]

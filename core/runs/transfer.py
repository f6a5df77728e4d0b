"""A whole run that comes from another store, taken over in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from core.runs import tables as t
from core.runs.groups import Groups
from core.runs.records import BUNDLED, DatasetRecord, EpochPoint, Run, Steps
from core.runs.rows import next_number, number_in_turn, replace

_CHUNK = 5_000
"""Rows that are written at a time: databases limit the parameters of one statement."""


class Transfer(Groups):
    """Taking over runs from another store."""

    def is_new(self) -> bool:
        """Return whether no run was ever saved here, deleted ones included."""
        with self._begin() as connection:
            return connection.execute(sa.select(t.runs.c.id).limit(1)).first() is None

    def bundled(self) -> set[str]:
        """Return the ids of the runs that came along with the app, deleted ones included."""
        with self._begin() as connection:
            query = sa.select(t.runs.c.id).where(t.runs.c.owner == BUNDLED)
            return set(connection.execute(query).scalars())

    def adopt(
        self,
        run: Run,
        steps: Steps,
        epochs: Sequence[EpochPoint],
        artifacts: Mapping[str, bytes],
        dataset: tuple[DatasetRecord, bytes] | None = None,
    ) -> None:
        """Save an ended run as it is, with all that belongs to it, or nothing of it.

        Args:
            run: under an id that is new here; it gets the next number of this store, unless it is bundled.
            steps: all of them, not binned.
            dataset: the uploaded data set it was trained on, kept unless it is here already.

        Raises:
            StoreError: the store cannot be written.
        """
        with self._begin() as connection:
            if dataset is not None:
                _add_dataset(connection, *dataset)
            number_in_turn(connection)
            connection.execute(t.runs.insert().values(_row(run)))
            columns = (
                steps.step.tolist(),
                steps.loss.tolist(),
                steps.accuracy.tolist(),
                steps.seconds.tolist(),
            )
            names = ("step", "loss", "accuracy", "seconds")
            points = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
            for start in range(0, len(points), _CHUNK):
                replace(connection, t.steps, run.id, "step", points[start : start + _CHUNK])
            replace(connection, t.epochs, run.id, "epoch", [asdict(point) for point in epochs])
            rows = [{"name": name, "content": content} for name, content in artifacts.items()]
            replace(connection, t.artifacts, run.id, "name", rows)


def _row(run: Run) -> dict[str, Any]:
    number = None if run.is_bundled else next_number()
    row = asdict(run) | {"spec": run.spec_json, "tags": list(run.tags), "number": number}
    return {column.name: row.get(column.name) for column in t.runs.c}


def _add_dataset(connection: sa.Connection, record: DatasetRecord, content: bytes) -> None:
    known = sa.select(t.datasets.c.name).where(t.datasets.c.fingerprint == record.fingerprint)
    if connection.execute(known).first() is None:
        connection.execute(t.datasets.insert(), asdict(record) | {"content": content})

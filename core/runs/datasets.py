"""The uploaded data sets in the store, and the connection that all of the store shares."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

import sqlalchemy as sa

from core.errors import StoreError
from core.metrics import STORE_SECONDS
from core.runs import tables as t
from core.runs.database import file_of, identity, open_database, place_of, plain_errors
from core.runs.records import DatasetRecord


class Datasets:
    """Uploaded data sets in the database at `url` (any SQLAlchemy URL).

    Args:
        clock: seconds that only ever grow; they tell how long something lasts.
        now: the time of day, in Unix seconds; it dates what is kept and decides nothing.
    """

    def __init__(
        self,
        url: str,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.url, self._clock, self._now = url, clock, now
        self._engine = open_database(url)
        self._file = file_of(self._engine.url)
        self._identity = identity(self._file)

    @property
    def warning(self) -> str | None:
        """One sentence about a place that a database should not lie in, or None."""
        place = place_of(self._engine.url)
        return place.sentence if place else None

    def put_dataset(self, record: DatasetRecord, content: bytes) -> None:
        """Keep an uploaded data set under its fingerprint; the same one again changes nothing."""
        with self._begin() as connection:
            known = sa.select(t.datasets.c.name).where(t.datasets.c.fingerprint == record.fingerprint)
            if connection.execute(known).first() is None:
                connection.execute(t.datasets.insert(), asdict(record) | {"content": content})

    def datasets(self) -> list[DatasetRecord]:
        columns = [c for c in t.datasets.c if c.name != "content"]
        with self._begin() as connection:
            rows = connection.execute(sa.select(*columns).order_by(t.datasets.c.added_at)).mappings()
            return [DatasetRecord(**row) for row in rows]

    def dataset_record(self, fingerprint: str) -> DatasetRecord:
        """Return what is known of an uploaded data set.

        Raises:
            StoreError: none has this fingerprint.
        """
        for record in self.datasets():
            if record.fingerprint == fingerprint:
                return record
        raise StoreError(f"The data set {fingerprint} is not here: upload its file again.")

    def dataset(self, fingerprint: str) -> tuple[DatasetRecord, bytes]:
        """Return an uploaded data set and its bytes.

        Raises:
            StoreError: none has this fingerprint.
        """
        record = self.dataset_record(fingerprint)
        content = sa.select(t.datasets.c.content).where(t.datasets.c.fingerprint == fingerprint)
        with self._begin() as connection:
            return record, connection.execute(content).scalar_one()

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        if identity(self._file) != self._identity:  # another file came in its place, such as a copy of it
            self._engine.dispose()
            self._engine = open_database(self.url)
            self._identity = identity(self._file)
        begun = time.perf_counter()
        try:
            with plain_errors(), self._engine.begin() as connection:
                yield connection
        finally:
            STORE_SECONDS.observe(time.perf_counter() - begun)

"""Copies of a whole store: into a file while it is in use, and from there into an empty store of any kind."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import sqlalchemy as sa

from core.errors import StoreError
from core.runs import tables as t
from core.runs.database import open_database, plain_errors
from core.runs.records import BUNDLED

COPIED = [table for table in t.metadata.sorted_tables if table not in (t.servers, t.links)]
_LARGE = (t.artifacts, t.datasets)
"""Tables whose rows may have many megabytes."""


def backup(url: str, file: Path) -> int:
    """Copy the store at `url`, as it is at one moment, into a new SQLite file; return how many runs it has.

    The store may be in use meanwhile. No password is in it; drawings are, and where people want to be told.

    Raises:
        StoreError: the file is there already or cannot be written, or the store cannot be read.
    """
    if file.exists():
        raise StoreError(f"{file} is there already: move it away, or choose another name.")
    part = file.with_name(f"{file.name}.part")
    source = open_database(url)
    try:
        with plain_errors():
            if source.dialect.name == "sqlite":
                _native(source, part)
            else:
                _copied(source, part)
            runs = _count(open_database(_address(part)))
        part.replace(file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written: {error.strerror or error}.") from None
    finally:
        source.dispose()
        part.unlink(missing_ok=True)
    return runs


def restore(file: Path, url: str) -> int:
    """Copy a file that `backup` wrote, by this version or an earlier one, into a store; return how many runs.

    Runs that were under way go on from their last checkpoint, once a server looks after them.

    Raises:
        StoreError: the file is no such copy, or the store holds something of people already.
    """
    if not file.is_file():
        raise StoreError(f"There is no file {file}, expected one that “backup” wrote.")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        try:
            shutil.copy(file, copy)
        except OSError as error:
            raise StoreError(f"{file} cannot be copied to be read: {error.strerror or error}.") from None
        if not _is_copy(copy):
            raise StoreError(f"{file} is no copy of a store of runs, expected a file that “backup” wrote.")
        source, target = open_database(_address(copy)), open_database(url)
        try:
            with plain_errors(), source.connect() as read, target.begin() as write:
                _make_room(write)
                _transfer(read, write)
            return _count(target)
        finally:
            source.dispose()
            target.dispose()


def _native(source: sa.Engine, file: Path) -> None:
    """Let SQLite copy itself: page by page, what is written meanwhile included."""
    try:
        connection = source.raw_connection()
        with sqlite3.connect(file) as copy:
            connection.driver_connection.backup(copy)  # type: ignore[union-attr]
        copy.close()
        connection.close()
    except sqlite3.Error as error:
        raise StoreError(f"The store of runs cannot be copied: {error}.") from error


def _copied(source: sa.Engine, file: Path) -> None:
    target = open_database(_address(file))
    one_moment = source.connect().execution_options(isolation_level="REPEATABLE READ")
    with one_moment as read, target.begin() as write:
        _transfer(read, write)
    target.dispose()


def _transfer(read: sa.Connection, write: sa.Connection) -> None:
    for table in COPIED:
        rows = read.execution_options(yield_per=4 if table in _LARGE else 2000).execute(sa.select(table))
        for part in rows.mappings().partitions():
            write.execute(table.insert(), [dict(row) for row in part])


def _make_room(connection: sa.Connection) -> None:
    """Take out the runs that came along with the app, which are in the copy too; refuse if there are more."""
    own = sa.select(t.runs.c.id).where(t.runs.c.owner.is_distinct_from(BUNDLED)).limit(1)
    others = [sa.select(table).limit(1) for table in (t.groups, t.datasets, t.drawings, t.classes)]
    if any(connection.execute(query).first() for query in (own, *others)):
        raise StoreError("The store holds runs already: name an empty one with DIGITS_HOME or DIGITS_STORE.")
    for table in reversed(COPIED):
        connection.execute(table.delete())


def _is_copy(file: Path) -> bool:
    """Whether a file is a copy of a store; looked at before tables are made in it."""
    try:
        with sqlite3.connect(file) as connection:
            known = {name for (name,) in connection.execute("select name from sqlite_master")}
        connection.close()
    except sqlite3.DatabaseError:
        known = set()
    return {"runs", "epochs", "artifacts"} <= known


def _count(engine: sa.Engine) -> int:
    with plain_errors(), engine.connect() as connection:
        query = sa.select(sa.func.count()).select_from(t.runs).where(t.runs.c.deleted_at.is_(None))
        runs = connection.execute(query).scalar_one()
    engine.dispose()
    return runs


def _address(file: Path) -> sa.URL:
    return sa.URL.create("sqlite", database=str(file))

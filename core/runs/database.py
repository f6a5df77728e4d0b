"""Opening the database behind the store, and its failures put into plain sentences."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from core.errors import StoreError
from core.metrics import STORE_FAILURES
from core.runs.disks import Elsewhere, elsewhere
from core.runs.tables import metadata

BUSY_SECONDS = 5
"""How long a statement waits for another process's write before it gives up."""

MOST_MEETINGS = 50
"""How often two that make the tables of one store may meet at the same table: each time there is one more."""

_REASONS = {
    "locked": "another program holds it locked; close that program and try again",
    "disk is full": "the disk is full; free some space and try again",
    "no space left": "the disk is full; free some space and try again",
    "unable to open": "the file cannot be opened; check that its folder exists and may be written to",
    "readonly": "it can only be read; free some space if the disk is full, or allow writing to its file",
    "not a database": "the file is no SQLite database; move it away or choose another with DIGITS_STORE",
    "malformed": "the file is damaged; move it away or restore a copy of it",
    "no such table": "its tables are missing; restart the app to have them made",
    "no such column": "another version of this app made it; move it away",
    "disk i/o error": "the disk reports an error",
    "connection refused": "no database server answers at its address",
    "the database system is": "the database server is starting or ending; try again in a moment",
    "closed the connection": "the database server has just ended; try again in a moment",
    "terminating connection": "the database server has just ended; try again in a moment",
    "could not translate host name": "no database server answers at its address",
    "timeout expired": "no database server answers at its address",
}

_DISK_FULL = "53100"
"""PostgreSQL's word for it in any language (its appendix A); SQLite speaks English."""


def open_database(url: str | sa.URL) -> sa.Engine:
    """Return an engine for `url` whose tables exist.

    SQLite is put into WAL mode, so that readers never wait for the writer; on a network share, where that
    does not work, into the slower one that does.

    Raises:
        StoreError: the URL is unusable or the database cannot be opened.
    """
    try:
        engine = sa.create_engine(url, **_options(str(url)))
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:
        raise StoreError(
            f"DIGITS_STORE is not a usable database address ({_first_line(error)}); expected for example "
            "sqlite:////path/to/runs.sqlite or postgresql+psycopg://user@host/name."
        ) from error
    if engine.dialect.name == "sqlite":
        shared = (place := place_of(engine.url)) is not None and place.shared
        sa.event.listen(engine, "do_connect", _connect)
        sa.event.listen(engine, "connect", _prepare_shared if shared else _prepare_sqlite)
        sa.event.listen(engine, "checkin", _forget_snapshot)
    with plain_errors():
        _create_tables(engine)
    return engine


def _options(url: str) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS}}
    # A PostgreSQL that was set up without a locale names no encoding; its driver then answers in bytes.
    return {"pool_pre_ping": True, "connect_args": {"client_encoding": "utf8"}}


class _Snapshot(sqlite3.Connection):
    """A database that can only be read, as it was when it was opened."""


def _connect(dialect: Any, _record: Any, arguments: Any, options: Any) -> Any:
    """Open a database, for reading alone where a full disk has no room for the files beside it.

    SQLite shares its write-ahead log's index by a file that the first who opens the database makes.
    """
    connection = dialect.connect(*arguments, **options)
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1")
    except sqlite3.OperationalError as error:
        file = Path(str(arguments[0])) if arguments else Path()
        log = file.with_name(f"{file.name}-wal")
        if "disk" not in str(error) or not file.is_file() or (log.exists() and log.stat().st_size):
            return connection  # what is wrong is said when it is used
        connection.close()
        place = f"{file.absolute().as_uri()}?immutable=1"
        return sqlite3.connect(place, uri=True, check_same_thread=False, factory=_Snapshot)
    except sqlite3.DatabaseError:
        pass
    return connection


def _forget_snapshot(connection: Any, record: Any) -> None:
    if isinstance(connection, _Snapshot):
        record.invalidate()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, _Snapshot):
        return
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _prepare_shared(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=ON")
    with suppress(sqlite3.OperationalError):  # another process still has it open in WAL mode
        connection.execute("PRAGMA journal_mode=DELETE")


def place_of(url: sa.URL) -> Elsewhere | None:
    """Return what is to be said of where an SQLite file lies; None for other databases and ordinary disks."""
    if not url.drivername.startswith("sqlite") or url.database in (None, "", ":memory:"):
        return None
    return elsewhere(Path(str(url.database)))


def file_of(url: sa.URL) -> Path | None:
    """Return the file of an SQLite database, or None for others and those in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:") or "uri" in url.query:
        return None
    return Path(str(url.database))


def identity(file: Path | None) -> int | None:
    """Return what tells a file from another that came in its place, or None without a file.

    Raises:
        StoreError: it is gone.
    """
    try:
        return file.stat().st_ino if file else None
    except OSError:
        raise StoreError(
            f"The file in which runs are kept, {file}, was deleted or moved away while it was in use: put it "
            "back, or restart the app, which then begins a new one."
        ) from None


def _create_tables(engine: sa.Engine) -> None:
    """Make the missing tables; another process may be making them at the same moment, one by one."""
    for left in reversed(range(MOST_MEETINGS)):
        try:
            metadata.create_all(engine)
            _add_missing_columns(engine)
            _add_missing_indexes(engine)
            return
        except DBAPIError as error:
            if not left or not _made_by_another(error):
                raise
            time.sleep(0.1)


def _made_by_another(error: DBAPIError) -> bool:
    text = str(error.orig)
    return "exists" in text or "duplicate column" in text


def _add_missing_columns(engine: sa.Engine) -> None:
    """Bring a store that an earlier version made up to date: what came later may be NULL."""
    inspector = sa.inspect(engine)
    for table in metadata.sorted_tables:
        known = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known and column.nullable:
                kind = column.type.compile(engine.dialect)
                with engine.begin() as connection:
                    connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}"))


def _add_missing_indexes(engine: sa.Engine) -> None:
    """Make the indexes that came later, too; they only save time, so a full disk is no reason to stop."""
    inspector = sa.inspect(engine)
    for table in metadata.sorted_tables:
        known = {index["name"] for index in inspector.get_indexes(table.name)}
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            if index.name not in known:
                with suppress(DBAPIError):
                    index.create(engine)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn any database failure inside the block into a StoreError of one sentence."""
    try:
        yield
    except SQLAlchemyError as error:
        STORE_FAILURES.inc()
        raise StoreError(f"The store of runs cannot be used: {_reason(error)}.") from error


def _reason(error: SQLAlchemyError) -> str:
    cause = getattr(error, "orig", None) or error
    if getattr(cause, "sqlstate", None) == _DISK_FULL:
        return _REASONS["disk is full"]
    text = _first_line(cause)
    return next((reason for key, reason in _REASONS.items() if key in text.lower()), text.rstrip("."))


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]

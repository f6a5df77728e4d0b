"""A PostgreSQL of the tests' own: on loopback, in a folder that goes with it, started once for all."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.patience import until
from tests.ports import free_port

slowly_on_both = pytest.mark.parametrize(
    "any_store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True
)
"""Marks a test that wants real workers: with a store in each kind of database, but in CI in SQLite alone."""
_FAST = ("fsync=off", "full_page_writes=off", "shared_buffers=16MB")


class Postgres:
    """A server that can be stopped and started again; `database` makes an empty database in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
        self.port = free_port()
        self._numbers = itertools.count()
        self._process: subprocess.Popen[bytes] | None = None

    def create(self, *options: str) -> None:
        """Make the cluster with these further options of initdb."""
        self.owns(self._folder)
        self._run("initdb", "-A", "trust", "-U", "postgres", "-D", "data", "--no-sync", *options)

    def start(self) -> None:
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", *_FAST]
        options = [part for setting in settings for part in ("-c", setting)]
        with (self._folder.parent / f"{self._folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", "data", *options],
                cwd=self._folder,
                user=self._user,
                stdout=log,
                stderr=log,
            )
        until(self._answers, "PostgreSQL's start")

    def stop(self, number: int = signal.SIGQUIT) -> None:
        if self._process:
            self._process.send_signal(number)
            self._process.wait()

    def has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def owns(self, folder: Path) -> None:
        """Let the server write into a folder."""
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)

    def database(self, options: str = "", place: Path | None = None) -> str:
        """Return the SQLAlchemy URL of a new, empty database, made with `options`, its files in `place`."""
        name = f"t{next(self._numbers)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            if place:
                self.owns(place)
                connection.execute(f"create tablespace {name} location '{place}'")
                options = f"{options} tablespace {name}"
            connection.execute(f"create database {name} {options}")
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            name = sa.make_url(url).database
            connection.execute(f"drop database {name} with (force)")
            connection.execute(f"drop tablespace if exists {name}")

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [_program(program), *arguments],
            cwd=self._folder,
            user=self._user,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _program(name: str) -> str:
    """Return a program of PostgreSQL, which Debian does not put into the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or str(debian[-1] if debian else name)


@contextmanager
def postgresql(*options: str, owning: Path | None = None) -> Iterator[Postgres]:
    """Yield a running server, or skip the test where none is installed, but in CI.

    Args:
        options: of initdb.
        owning: a folder that the server may write into, too.
    """
    if not Path(_program("initdb")).exists():
        message = "Debian's package postgresql is not installed"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    folder = Path(tempfile.mkdtemp(prefix="digits-postgresql-"))
    server = Postgres(folder)
    try:
        if owning:
            server.owns(owning)
        server.create(*options)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        folder.with_name(f"{folder.name}.log").unlink(missing_ok=True)

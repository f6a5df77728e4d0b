"""What else may fail while a run trains: the database restarts, the disk is full, a worker stands still."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import sqlalchemy as sa
from psycopg import OperationalError
from psycopg.errors import DiskFull

from core.errors import StoreError
from core.home import PROJECT
from core.model import layers as L
from core.model.specs import RunSpec
from core.runs.artifacts import CHECKPOINT, MODEL, TEST, VALIDATION
from core.runs.database import plain_errors
from core.runs.records import Run
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.job import run_next
from core.training.launcher import Launcher
from tests.disk import fill
from tests.patience import until
from tests.postgresql import Postgres, postgresql
from tests.test_training_launcher import workers_of


@pytest.fixture
def spec(small_spec: RunSpec) -> RunSpec:
    return small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=8)), "epochs": 40})


def in_training(store: RunStore, spec: RunSpec) -> tuple[Run, threading.Thread]:
    """Train in a thread; return the run and the thread once an epoch has ended."""
    run = store.create(spec, "x")
    worker = threading.Thread(target=run_next, args=(store, "w"))
    worker.start()
    until(lambda: store.history(run.id).epochs)
    return run, worker


def gapless(store: RunStore, run_id: str) -> bool:
    history = store.history(run_id, max_points=10**6)
    epochs = [point.epoch for point in history.epochs] == list(range(1, 41))
    return epochs and history.steps.step.tolist() == list(range(1, 401))


def test_a_database_that_crashes_and_comes_back_in_mid_run_loses_nothing(
    postgres: Postgres, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    store = RunStore(postgres.database())
    run, worker = in_training(store, spec)
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    worker.join()
    assert store.get(run.id).status is RunStatus.FINISHED
    assert gapless(store, run.id)


def test_a_disk_that_is_full_for_a_while_loses_nothing(
    store: RunStore, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    pages = {"most": 2**31 - 1}

    @sa.event.listens_for(store._engine, "checkout")
    def limited(connection: object, *_: object) -> None:  # SQLite's own word for it is "disk is full"
        connection.execute(f"PRAGMA max_page_count = {pages['most']}")  # type: ignore[attr-defined]

    run, worker = in_training(store, spec)
    pages["most"] = 1  # nothing more than there is
    until(lambda: store.get(run.id).progress.stage or not worker.is_alive())
    before = len(store.history(run.id).epochs)
    assert store.runs()[0].id == run.id  # what is saved can be read
    pages["most"] = 2**31 - 1
    worker.join()
    assert before <= 40
    assert store.get(run.id).status is RunStatus.FINISHED
    assert gapless(store, run.id)


def test_a_real_disk_that_is_full_keeps_what_was_saved_and_loses_nothing(
    small_disk: Path, spec: RunSpec, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    store = RunStore(f"sqlite:///{small_disk / 'runs.sqlite'}")
    loses_nothing(store, spec, small_disk, caplog)


def test_a_postgresql_whose_disk_is_full_keeps_what_was_saved_and_loses_nothing(
    postgres: Postgres,
    small_disk: Path,
    spec: RunSpec,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    store = RunStore(postgres.database(place=small_disk))
    loses_nothing(store, spec, small_disk, caplog)
    postgres.drop(store.url)


def loses_nothing(store: RunStore, spec: RunSpec, disk: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Train while the disk of a store becomes full, until there is room again."""
    run, worker = in_training(store, spec)
    others = fill(disk)
    with pytest.raises(StoreError, match=r"the disk is full|only be read"):
        store.put_artifact(run.id, "large", random.randbytes(6_000_000))
    until(lambda: "goes on without its store" in caplog.text or "waits for its store" in caplog.text)
    assert (store.get(run.id).id, len(store.runs())) == (run.id, 1)  # what is saved can be read
    assert worker.is_alive()  # it ends when there is room for its results
    others.unlink()
    worker.join()
    is_whole(store, run.id)


def is_whole(store: RunStore, run_id: str) -> None:
    assert store.get(run_id).status is RunStatus.FINISHED
    assert gapless(store, run_id)
    assert {MODEL, CHECKPOINT, VALIDATION, TEST} <= set(store.artifact_names(run_id))


@pytest.fixture
def short_of_log(small_disk: Path) -> Iterator[Postgres]:
    """A PostgreSQL whose write-ahead log lies on a disk of a few megabytes."""
    with postgresql("--wal-segsize=1", f"--waldir={small_disk / 'log'}", owning=small_disk) as server:
        yield server


def test_a_postgresql_that_cannot_write_its_log_ends_and_comes_back_with_nothing_lost(
    short_of_log: Postgres, small_disk: Path, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It panics, and recovers only when there is room again."""
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    store = RunStore(short_of_log.database())
    run, worker = in_training(store, spec)
    others = fill(small_disk)
    told = []
    while not short_of_log.has_ended():
        told += said_of(lambda: store.put_artifact(run.id, "large", random.randbytes(2_000_000)))
    told += said_of(lambda: store.get(run.id))
    assert told
    reasons = "the disk is full; |the database server |no database server answers"
    assert [one for one in told if not re.match(f"The store of runs cannot be used: ({reasons})", one)] == []
    assert worker.is_alive()
    others.unlink()
    short_of_log.start()
    worker.join()
    is_whole(store, run.id)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (DiskFull("Auf dem Gerät ist kein Speicherplatz mehr verfügbar"), "the disk is full"),
        (OperationalError("FATAL:  the database system is in recovery mode"), "is starting or ending"),
        (OperationalError("FATAL:  the database system is not yet accepting connections"), "is starting"),
        (OperationalError("server closed the connection unexpectedly\n\tThis probably"), "has just ended"),
    ],
)
def test_what_postgresql_says_is_put_into_plain_words(error: OperationalError, told: str) -> None:
    with pytest.raises(StoreError, match=told), plain_errors():
        raise sa.exc.OperationalError("select 1", None, error)


def said_of(action: Callable[[], object]) -> list[str]:
    """Return what is said if the store does not do something."""
    try:
        action()
    except StoreError as error:
        return [str(error)]
    return []


LITTLE = """
from core.inference.bounds import limit_memory
from core.inference.loading import load_keras
from core.runs.store import open_store
from core.training.job import run_next
from core.training.warm import warm

load_keras()
warm()
limit_memory({megabytes})
while run_next(open_store(), "worker"):
    pass
"""
"""A worker that is given so much memory beside what it has when it is ready, and no more."""


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [60, 150, 300])
def test_a_worker_that_is_refused_memory_says_so_and_what_it_leaves_is_trained(
    megabytes: int, any_store: RunStore, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=2048), L.Dense(units=2048))})
    ids = [any_store.create(wished, "x").id for wished in (large, spec)]
    monkeypatch.setenv("DIGITS_STORE", any_store.url)
    done = subprocess.run([sys.executable, "-c", LITTLE.format(megabytes=megabytes)], cwd=PROJECT)
    if done.returncode:  # it ended in native code, which asks nobody
        any_store.take_back("worker")
    while run_next(any_store, "another with more"):
        pass
    for run in map(any_store.get, ids):
        refused = run.status is RunStatus.FAILED and "The memory did not suffice" in run.message
        assert run.status is RunStatus.FINISHED or refused, run.message
    assert any_store.get(ids[1]).status is RunStatus.FINISHED or not done.returncode


@pytest.mark.slow
def test_a_worker_that_stands_still_is_replaced_and_its_run_goes_on(
    any_store: RunStore, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.launcher.STUCK", 2.0)
    others = workers_of(os.getpid())
    with closing(Launcher(any_store)) as launcher:
        run = launcher.launch(spec.model_copy(update={"epochs": 80}), "x")
        until(lambda: any_store.history(run.id).epochs)
        holder = any_store.get(run.id).holder
        (worker,) = workers_of(os.getpid(), others)
        worker.send_signal(signal.SIGSTOP)
        until(lambda: any_store.get(run.id).holder not in (None, holder))
        until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
        until(lambda: not any_store.get(run.id).is_live)
    assert any_store.get(run.id).status is RunStatus.FINISHED

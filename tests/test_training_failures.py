"""What else may fail while a run trains: the database restarts, the disk is full, a worker stands still."""

import os
import signal
import threading

import psutil
import pytest
import sqlalchemy as sa

from core.model import layers as L
from core.model.specs import RunSpec
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.job import run_next
from core.training.launcher import Launcher
from tests.patience import until
from tests.postgresql import Postgres
from tests.test_training_launcher import workers_of


@pytest.fixture
def spec(small_spec: RunSpec) -> RunSpec:
    return small_spec.model_copy(update={"layers": (L.Flatten(), L.Dense(units=8)), "epochs": 40})


def gapless(store: RunStore, run_id: str) -> bool:
    history = store.history(run_id, max_points=10**6)
    epochs = [point.epoch for point in history.epochs] == list(range(1, 41))
    return epochs and history.steps.step.tolist() == list(range(1, 401))


def test_a_database_that_crashes_and_comes_back_in_mid_run_loses_nothing(
    postgres: Postgres, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    store = RunStore(postgres.database())
    run = store.create(spec, "x")
    worker = threading.Thread(target=run_next, args=(store, "w"))
    worker.start()
    until(lambda: store.history(run.id).epochs)
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

    run = store.create(spec, "x")
    worker = threading.Thread(target=run_next, args=(store, "w"))
    worker.start()
    until(lambda: store.history(run.id).epochs)
    pages["most"] = 1  # nothing more than there is
    until(lambda: store.get(run.id).progress.stage or not worker.is_alive())
    before = len(store.history(run.id).epochs)
    assert store.runs()[0].id == run.id  # what is saved can be read
    pages["most"] = 2**31 - 1
    worker.join()
    assert before <= 40
    assert store.get(run.id).status is RunStatus.FINISHED
    assert gapless(store, run.id)


@pytest.mark.slow
def test_a_worker_that_stands_still_is_replaced_and_its_run_goes_on(
    store: RunStore, spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.launcher.STUCK", 2.0)
    launcher = Launcher(store)
    run = launcher.launch(spec.model_copy(update={"epochs": 400}), "x")
    until(lambda: store.history(run.id).epochs)
    holder = store.get(run.id).holder
    (worker,) = workers_of(os.getpid())
    worker.send_signal(signal.SIGSTOP)
    until(lambda: store.get(run.id).holder not in (None, holder))
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    until(lambda: not store.get(run.id).is_live)
    assert store.get(run.id).status is RunStatus.FINISHED
    launcher.close()

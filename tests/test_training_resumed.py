"""Runs whose worker is lost at any moment: they go on from their checkpoint and end with the same numbers."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from core.analysis.frames import from_bytes as frames_of
from core.model import layers as L
from core.model.optimizers import Adam
from core.model.specs import Data, EarlyStopping, RunSpec
from core.runs.artifacts import CHECKPOINT, FRAMES, VALIDATION, VITALS
from core.runs.leases import MOST_ATTEMPTS
from core.runs.lives import TakenOverError
from core.runs.records import Progress
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.job import run_next

SPEC = RunSpec(
    layers=(L.Flatten(), L.Dense(units=8), L.Dropout()),
    data=Data(images=300, validation_share=0.2),
    optimizer=Adam(learning_rate=0.05),
    epochs=20,
    batch_size=48,
    early_stopping=EarlyStopping(patience=1),
    seed=5,
)


class Died(BaseException):
    """The worker is gone: nothing that it would have done at its end is done."""


class Mortal(RunStore):
    """A store whose user dies at a given transaction."""

    left = -1

    @contextmanager
    def _begin(self) -> Iterator[sa.Connection]:
        with super()._begin() as connection:
            yield connection
            self.left -= 1
            if self.left == 0:
                raise Died  # before it is committed


@pytest.fixture(autouse=True)
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every epoch leave a checkpoint, and no sign of life count as a transaction."""
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_INTERVAL", 0.0)
    monkeypatch.setattr("core.training.reporter.CHECKPOINT_SHARE", 1e9)
    monkeypatch.setattr("core.training.job.HEARTBEAT", 1e9)
    monkeypatch.setattr("core.training.job.environment", dict)


def numbers(store: RunStore, run_id: str) -> tuple[Any, ...]:
    """Return all that a run measured, but for the time it took."""
    history, ended = store.history(run_id, max_points=10**6), store.get(run_id)
    epochs = [replace(point, seconds=0.0) for point in history.epochs]
    curve = (history.steps.step.tolist(), history.steps.loss.tolist(), history.steps.accuracy.tolist())
    frames = [frame.truth.tolist() for frame in frames_of(store.artifact(run_id, FRAMES) or b"")]
    kept = [store.artifact(run_id, name) for name in (VALIDATION, VITALS)]
    return epochs, curve, ended.results, ended.message, frames, kept


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_a_run_that_loses_its_worker_three_times_ends_with_the_same_numbers(
    seed: int, tmp_path: Path
) -> None:
    store = Mortal(f"sqlite:///{tmp_path / 'runs.sqlite'}")
    through = store.create(SPEC, "through")
    store.left = 10**6
    assert run_next(store, "undisturbed")
    transactions = 10**6 - store.left
    assert "Ended early" in store.get(through.id).message
    run, draw = store.create(SPEC, "disturbed"), random.Random(seed)
    moments = [draw.randint(4, transactions // 2), draw.randint(4, transactions // 2), 8]
    for holder, moment in zip("abc", moments, strict=True):
        store.left = moment
        with pytest.raises(Died):
            run_next(store, holder)
        store.left = -1
        assert store.get(run.id).holder == holder
        assert store.take_back(holder) == 1
        assert store.get(run.id).waits
    assert run_next(store, "d")
    assert store.get(run.id).status is RunStatus.FINISHED
    assert numbers(store, run.id) == numbers(store, through.id)


def test_a_worker_lost_while_the_best_weights_are_measured_trains_no_more(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    assert run_next(store, "a")
    before = numbers(store, run.id)
    with store._begin() as connection:
        connection.execute(sa.text("update runs set status = 'running', ended_at = null, results = null"))
    store.take_back("a")
    assert run_next(store, "b")
    assert numbers(store, run.id) == before


def test_a_stop_while_a_run_has_no_worker_leaves_its_best_weights_to_be_measured(store: RunStore) -> None:
    run = store.create(SPEC.model_copy(update={"early_stopping": None, "epochs": 2}), "x")
    assert run_next(store, "a")
    before = numbers(store, run.id)
    with store._begin() as connection:
        connection.execute(sa.text("update runs set status = 'paused', ended_at = null, holder = null"))
    store.ask(run.id, Command.STOP)
    assert (store.get(run.id).status, store.get(run.id).waits) == (RunStatus.STOPPED, True)
    assert run_next(store, "b")
    assert store.get(run.id).status is RunStatus.STOPPED
    assert numbers(store, run.id)[:3] == before[:3]


def test_what_ends_its_workers_again_and_again_is_interrupted_and_may_be_resumed(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    for holder in map(str, range(MOST_ATTEMPTS)):
        assert store.get(run.id).waits
        assert store.claim_next(holder, {})
        store.take_back(holder)
    assert store.get(run.id).status is RunStatus.INTERRUPTED
    assert "want of memory" in store.get(run.id).message
    assert not store.resume(run.id)
    store.put_artifact(run.id, CHECKPOINT, b"x")
    assert store.resume(run.id)
    assert store.get(run.id).waits


def test_a_run_that_gets_further_may_lose_any_number_of_workers(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    for holder in map(str, range(3 * MOST_ATTEMPTS)):
        assert store.claim_next(holder, {})
        store.record(run.id, Progress(), [], [], holder, {CHECKPOINT: b"x"})
        store.take_back(holder)
    assert store.get(run.id).waits


def test_a_worker_that_slept_cannot_spoil_what_another_went_on_with(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    assert store.claim_next("slept", {})
    store.take_back("slept")
    for write in (
        lambda: store.beat(run.id, "slept"),
        lambda: store.record(run.id, Progress(), [], [], "slept"),
        lambda: store.put_artifact(run.id, CHECKPOINT, b"x", "slept"),
        lambda: store.end(run.id, RunStatus.FINISHED, holder="slept"),
    ):
        with pytest.raises(TakenOverError):
            write()
    assert store.claim_next("next", {})
    with pytest.raises(TakenOverError):
        store.end(run.id, RunStatus.FINISHED, holder="slept")
    assert store.get(run.id).status is RunStatus.RUNNING
    assert store.artifact_names(run.id) == []


@pytest.mark.parametrize("status", [RunStatus.FINISHED, RunStatus.DIVERGED, RunStatus.FAILED])
def test_a_checkpoint_stays_only_where_a_run_can_be_trained_longer(
    status: RunStatus, store: RunStore
) -> None:
    run = store.create(SPEC, "x")
    store.put_artifact(run.id, CHECKPOINT, b"x")
    store.end(run.id, status)
    assert store.artifact_names(run.id) == ([CHECKPOINT] if status is RunStatus.FINISHED else [])

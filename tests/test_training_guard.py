"""A stop while a batch takes long: the worker is ended, and the next one measures what was learned."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

import pytest

from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs.artifacts import CHECKPOINT, VALIDATION
from core.runs.records import EpochPoint, Progress, Run, StepPoint
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training import engine, guard
from core.training.batches import Batches
from core.training.frames import Frames
from core.training.job import UNMEASURED, run_next
from core.training.launcher import Launcher
from core.training.reporter import Reporter
from tests.patience import until

BATCHES = 5
SPEC = RunSpec(
    layers=(L.Flatten(), L.Dense(units=8), L.Dropout()),
    data=Data(images=300, validation_share=0.2),
    epochs=20,
    batch_size=48,
    seed=5,
)
LONG = 3
"""The epoch of `slow_worker` in which a batch does not end."""


class Died(BaseException):
    """The worker is gone: nothing that it would have done afterwards is done."""


def broken_off(store: RunStore, run: Run, ask: Callable[[], object], epochs: float) -> None:
    """Train a run until the first batch after so many epochs, which lasts until its worker is ended."""
    make, made = Batches.__getitem__, 0
    lasts, ended = threading.Event(), threading.Event()

    def endless(batches: Batches, index: int) -> Any:
        nonlocal made
        made += 1
        if made <= epochs * BATCHES:
            return make(batches, index)
        lasts.set()
        ended.wait()
        raise Died

    def work() -> None:
        with suppress(Died):
            run_next(store, "first", end=ended.set)

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Batches, "__getitem__", endless)
        worker = threading.Thread(target=work)
        worker.start()
        until(lasts.is_set)
        time.sleep(1.5)  # longer than a stop may wait: nobody has asked for one
        assert not ended.is_set()
        ask()
        worker.join()
    assert store.take_back("first") == 1  # as the launcher does


def test_a_stop_in_a_long_batch_keeps_the_best_weights_of_the_whole_epochs(store: RunStore) -> None:
    """The same network trained for just these epochs has the same weights."""
    run = store.create(SPEC, "x")
    broken_off(store, run, lambda: store.ask(run.id, Command.STOP), epochs=3)
    assert (store.get(run.id).status, store.get(run.id).is_live) == (RunStatus.STOPPED, True)
    assert run_next(store, "next", end=pytest.fail)
    short = store.create(SPEC.model_copy(update={"epochs": 3}), "short")
    assert run_next(store, "short")
    stopped, whole = store.get(run.id), store.get(short.id)
    assert (stopped.status, stopped.is_live) == (RunStatus.STOPPED, False)
    assert "Stopped after 3 whole epochs" in stopped.message
    assert stopped.results == whole.results is not None
    assert (stopped.progress.epoch, stopped.progress.seconds > 0) == (3, True)
    assert store.artifact(run.id, VALIDATION) == store.artifact(short.id, VALIDATION)
    assert [point.epoch for point in store.history(run.id).epochs] == [1, 2, 3]


def test_a_stop_in_a_long_first_batch_has_nothing_to_measure_and_says_so(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    broken_off(store, run, lambda: store.ask(run.id, Command.STOP), epochs=0)
    assert run_next(store, "next", end=pytest.fail)
    ended = store.get(run.id)
    assert (ended.status, ended.is_live, ended.results) == (RunStatus.STOPPED, False, None)
    assert ended.message == UNMEASURED


def test_a_stop_before_the_end_of_the_first_epoch_keeps_the_points_of_its_batches(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    broken_off(store, run, lambda: store.ask(run.id, Command.STOP), epochs=3 / BATCHES)
    assert run_next(store, "next", end=pytest.fail)
    ended, history = store.get(run.id), store.history(run.id)
    assert (ended.status, ended.results, ended.message) == (RunStatus.STOPPED, None, UNMEASURED)
    assert (history.epochs, history.steps.step.tolist()) == ((), [1, 2, 3])


def test_a_stop_in_the_first_batch_is_shown_at_once_and_keeps_the_worker(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Batches.__getitem__
    lasts, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(batches: Batches, index: int) -> Any:
        lasts.set()
        go_on.wait()
        return make(batches, index)

    looks: list[float] = []
    misses = Reporter.misses_a_stop

    def looked(reporter: Reporter, seconds: float) -> bool:
        looks.append(seconds)
        return misses(reporter, seconds)

    monkeypatch.setattr(Batches, "__getitem__", slow)
    monkeypatch.setattr(Reporter, "misses_a_stop", looked)
    monkeypatch.setattr(guard, "LONGEST", 0.0)
    monkeypatch.setattr(guard, "LONGEST_FIRST", 3600.0)
    run = store.create(SPEC, "x")
    worker = threading.Thread(target=run_next, args=(store, "first", ended.set))
    worker.start()
    until(lasts.is_set)
    store.ask(run.id, Command.STOP)
    assert store.get(run.id).status is RunStatus.STOPPED
    looks.clear()
    until(lambda: looks, "a look of the guard")
    monkeypatch.setattr(guard, "LONGEST", 3600.0)
    go_on.set()
    worker.join()
    assert not ended.is_set()
    assert (store.get(run.id).status, store.get(run.id).is_live) == (RunStatus.STOPPED, False)


def test_a_stop_while_an_epoch_ends_waits_for_the_weights_of_what_is_shown(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The epoch is in the store, its checkpoint is not yet: a film of ten images of a large network lasts."""
    film = Frames.on_epoch_end
    lasts, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(frames: Frames, epoch: int, logs: Any = None) -> None:
        lasts.set()
        go_on.wait()
        film(frames, epoch, logs)

    looks: list[bool] = []
    misses = Reporter.misses_a_stop

    def looked(reporter: Reporter, seconds: float) -> bool:
        looks.append(misses(reporter, seconds))
        return looks[-1]

    monkeypatch.setattr(Frames, "on_epoch_end", slow)
    monkeypatch.setattr(Reporter, "misses_a_stop", looked)
    monkeypatch.setattr(guard, "LONGEST", 0.0)
    run = store.create(SPEC, "x")
    worker = threading.Thread(target=run_next, args=(store, "first", ended.set))
    worker.start()
    until(lasts.is_set)
    assert [point.epoch for point in store.history(run.id).epochs] == [1]
    store.ask(run.id, Command.STOP)
    looks.clear()
    until(lambda: looks, "a look of the guard")
    assert not any(looks)
    monkeypatch.setattr(guard, "LONGEST", 3600.0)
    looks.clear()
    until(lambda: len(looks) > 1, "a look that began after that")
    go_on.set()
    worker.join()
    assert not ended.is_set()
    assert store.get(run.id).results is not None
    assert CHECKPOINT in store.artifact_names(run.id)


def test_a_run_that_lost_its_worker_before_it_kept_weights_shows_no_epoch_when_it_is_stopped(
    store: RunStore,
) -> None:
    run = store.create(SPEC, "x")
    assert store.claim_next("first", {})
    points = [StepPoint(BATCHES, 1.0, 0.5, 2.0)], [EpochPoint(1, BATCHES, 1.0, 0.5, 1.0, 0.5, 0.001, 2.0)]
    store.record(run.id, Progress("training", 1, BATCHES, BATCHES, seconds=2.0), *points, "first")
    store.ask(run.id, Command.STOP)
    store.take_back("first")
    assert run_next(store, "next", end=pytest.fail)
    ended, history = store.get(run.id), store.history(run.id)
    assert (ended.status, ended.results, ended.message) == (RunStatus.STOPPED, None, UNMEASURED)
    assert (history.epochs, history.steps.step.tolist(), ended.progress.seconds) == ((), [BATCHES], 2.0)


def test_a_run_deleted_in_a_long_batch_frees_its_worker_and_may_be_brought_back(store: RunStore) -> None:
    run = store.create(SPEC, "x")
    broken_off(store, run, lambda: store.delete([run.id]), epochs=1)
    assert not run_next(store, "next")
    store.restore([run.id])
    assert run_next(store, "next")
    ended = store.get(run.id)
    assert (ended.status, ended.is_live) == (RunStatus.STOPPED, False)
    assert ended.results is not None


def slow_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=slow_worker)


def slow_worker() -> None:
    """Be a worker whose batches do not end in one of the epochs."""
    make = Batches.__getitem__

    def slow(batches: Batches, index: int) -> Any:
        if batches._epoch + 1 >= LONG:
            time.sleep(3600)
        return make(batches, index)

    Batches.__getitem__ = slow  # type: ignore[method-assign]
    engine._start_worker()


@pytest.mark.slow
def test_a_real_worker_in_a_long_batch_is_replaced_and_the_next_run_begins(store: RunStore) -> None:
    launcher = Launcher(store, slow_pool)
    try:
        run = launcher.launch(SPEC, "long")
        other = launcher.launch(SPEC.model_copy(update={"epochs": LONG - 1}), "other")
        until(lambda: len(store.history(run.id).epochs) == LONG - 1)
        until(lambda: store.get(run.id).progress.stage == "training")
        store.ask(run.id, Command.STOP)
        until(lambda: not store.get(run.id).is_live)
        until(lambda: not store.get(other.id).is_live)
    finally:
        launcher.close()
    assert store.get(run.id).status is RunStatus.STOPPED
    assert store.get(run.id).results == store.get(other.id).results is not None

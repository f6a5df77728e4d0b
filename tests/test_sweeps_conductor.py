"""Sweeps conducted for real: a worker that trains, a store, servers that come and go."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from core.classes.task import Task
from core.errors import DataError, StoreError
from core.model import layers as L
from core.model.specs import Data, RunSpec
from core.runs.records import EpochPoint, Group, Progress, Results, Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.sweeps.conductor import Conductor
from core.sweeps.paths import read
from core.sweeps.saved import stop
from core.sweeps.space import Choices, Range, Sweep
from core.sweeps.trials import trials
from core.training.launcher import Launcher
from tests.patience import until

BASE = RunSpec(
    layers=(L.Flatten(), L.Dense(units=8)), data=Data(images=300, validation_share=0.2), epochs=2, seed=1
)
RATE = Range(path="optimizer.learning_rate", low=1e-3, high=1e-1, log=True)
UNITS = Choices(path="layers.1.units", values=(4, 8, 16))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have conductors look more often, so that the tests wait less."""
    monkeypatch.setattr("core.sweeps.conductor.INTERVAL", 0.1)
    monkeypatch.setattr("core.sweeps.conductor.GRACE", 0.5)


class ByHand(Launcher):
    """A launcher whose runs this test carries out itself, so that it decides how they go."""

    def __init__(self, store: RunStore) -> None:
        self._runs = store

    def launch(
        self,
        spec: RunSpec,
        name: str,
        preset: str | None = None,
        *,
        owner: str | None = None,
        group_id: str | None = None,
        pupil: str | None = None,
    ) -> Run:
        return self._runs.create(spec, name, preset, owner=owner, group_id=group_id, pupil=pupil)


@contextmanager
def conducting(store: RunStore, launcher: Launcher, silence: float = 1.0) -> Iterator[Conductor]:
    conductor = Conductor(store, launcher, silence)
    try:
        yield conductor
    finally:
        conductor.close()


def is_over(store: RunStore, group: Group) -> bool:
    return store.group(group.id).status != "running"


def next_run(store: RunStore, group: Group) -> Run:
    """Wait for the sweep's next trial and begin it."""
    waiting: list[Run] = []
    until(lambda: waiting.extend(r for r in store.runs(group.id) if r.status == "scheduled") or waiting)
    store.claim(waiting[0].id, {})
    return store.get(waiting[0].id)


def learn(store: RunStore, run: Run, *accuracies: float) -> None:
    points = [
        EpochPoint(n, 10 * n, 1.0, accuracy, 1 - accuracy, accuracy, 0.01, float(n))
        for n, accuracy in enumerate(accuracies, start=1)
    ]
    store.record(run.id, Progress("training", len(points)), [], points)


def finish(store: RunStore, run: Run, accuracy: float, status: RunStatus = RunStatus.FINISHED) -> None:
    store.end(run.id, status, "", Results(2, 1 - accuracy, accuracy, 60, 1 - accuracy, accuracy, 10_000))


@pytest.mark.slow
def test_a_sweep_trains_its_runs_one_after_another_and_ends(store: RunStore) -> None:
    launcher = Launcher(store)
    try:
        with conducting(store, launcher) as conductor:
            units = Choices(path="layers.1.units", values=(4, 16))
            sweep = Sweep(base=BASE, parameters=(units,), sampler="grid", runs=5)
            group = conductor.start(sweep, "Units", owner="me")
            until(lambda: is_over(store, group))
            ended = store.group(group.id)
            assert (ended.status, "Every combination" in ended.message) == ("finished", True)
            runs = sorted(store.runs(group.id), key=lambda run: run.created_at)
            assert [(run.name, run.owner) for run in runs] == [(f"Units · run {n}", "me") for n in (1, 2)]
            assert {run.spec.layers[1].units for run in runs} == {4, 16}
            assert [run.status for run in runs] == [RunStatus.FINISHED] * 2
            assert all(a.ended_at <= b.created_at for a, b in pairwise(runs))
            assert all(t.score == t.accuracy and t.images == 60 for t in trials(sweep, runs))

            endless = BASE.model_copy(update={"epochs": 500})
            group = conductor.start(Sweep(base=endless, parameters=(RATE,)), "Stopped")
            until(lambda: any(run.status is RunStatus.RUNNING for run in store.runs(group.id)))
            stop(store, group.id)
            until(lambda: not any(run.is_live for run in store.runs(group.id)))
            (run,) = store.runs(group.id)
            assert (run.status, run.tags) == (RunStatus.STOPPED, ())
            time.sleep(1.2)
            assert len(store.runs(group.id)) == 1
            assert store.group(group.id).status == "stopped"
    finally:
        launcher.close()


def test_a_run_that_does_worse_than_most_is_pruned_and_says_so(store: RunStore) -> None:
    sweep = Sweep(base=BASE.model_copy(update={"epochs": 9}), parameters=(RATE,), runs=6)
    with conducting(store, ByHand(store)) as conductor:
        group = conductor.start(sweep, "Rates")
        for _ in range(4):
            run = next_run(store, group)
            learn(store, run, 0.5, 0.9)
            finish(store, run, 0.9)
        bad = next_run(store, group)
        learn(store, bad, 0.1, 0.1)
        until(lambda: store.command(bad.id) is Command.STOP)
        finish(store, bad, 0.1, RunStatus.STOPPED)
        by_hand = next_run(store, group)
        learn(store, by_hand, 0.9, 0.9)
        store.ask(by_hand.id, Command.STOP)
        finish(store, by_hand, 0.9, RunStatus.STOPPED)
        until(lambda: is_over(store, group))
    found = trials(sweep, store.runs(group.id))
    assert [t.state for t in found] == ["finished"] * 4 + ["pruned", "stopped"]
    assert store.group(group.id).message == "All 6 runs are done."


@pytest.mark.parametrize(
    ("progress", "status", "whole"),
    [
        (Progress("measuring", 3, 4, 10), RunStatus.STOPPED, 2),
        (Progress("measuring", 3, 10, 10), RunStatus.FINISHED, 3),
        (Progress("training", 2, 10, 10), RunStatus.DIVERGED, 2),
        (Progress("preparing"), RunStatus.STOPPED, 0),
    ],
)
def test_a_trial_counts_whole_epochs_and_none_that_was_broken_off(
    store: RunStore, progress: Progress, status: RunStatus, whole: int
) -> None:
    sweep = Sweep(base=BASE.model_copy(update={"epochs": 3}), parameters=(RATE,))
    run = store.create(sweep.base, "x")
    points = [EpochPoint(n, 10 * n, 1.0, 0.5, 1.0, 0.5, 0.01, float(n)) for n in range(1, progress.epoch + 1)]
    store.record(run.id, progress, [], points)
    store.end(run.id, status)
    ended = store.get(run.id)
    for known in ({}, {run.id: store.history(run.id).epochs}):
        (trial,) = trials(sweep, [ended], known)
        assert (trial.epochs, trial.planned) == (whole, 3)


def test_another_server_goes_on_where_the_first_left_off_and_never_beside_it(store: RunStore) -> None:
    sweep = Sweep(base=BASE, parameters=(UNITS,), sampler="grid", runs=9)
    with conducting(store, ByHand(store), silence=15) as first:
        group = first.start(sweep, "Units")
        with conducting(store, ByHand(store), silence=3.5):
            finish(store, next_run(store, group), 0.9)
            lost = next_run(store, group)
            time.sleep(4)
            assert len(store.runs(group.id)) == 2
    store.interrupt(lost.id)  # as its server's launcher does at its end
    values = read(lost.spec, sweep.paths)
    with conducting(store, ByHand(store), silence=1), conducting(store, ByHand(store), silence=1):
        seen = []
        for _ in range(2):
            run = next_run(store, group)
            seen.append(read(run.spec, sweep.paths))
            finish(store, run, 0.9)
        until(lambda: is_over(store, group))
    assert seen[0] == values  # the interrupted run is done again
    assert len(store.runs(group.id)) == 4


def test_a_deleted_trial_is_as_if_it_had_never_been(store: RunStore) -> None:
    sweep = Sweep(base=BASE, parameters=(RATE,), sampler="random", runs=2)
    with conducting(store, ByHand(store)) as conductor:
        group = conductor.start(sweep, "Rates")
        finish(store, next_run(store, group), 0.9)
        deleted = next_run(store, group)
        store.delete([deleted.id])
        finish(store, next_run(store, group), 0.9)
        until(lambda: is_over(store, group))
    assert [t.number for t in trials(sweep, store.runs(group.id))] == [1, 2]


def test_the_trials_of_a_pupil_s_sweep_are_begun_in_the_class(store: RunStore) -> None:
    code = store.create_class("7b", Task(), "teacher", "green giraffe").id
    ada = store.join(code, "Ada", "me")
    sweep = Sweep(base=BASE, parameters=(RATE,), sampler="random", runs=2)
    with conducting(store, ByHand(store)) as conductor:
        group = conductor.start(sweep, "Rates", owner="me", pupil=ada.id)
        run = next_run(store, group)
        finish(store, run, 0.9)
        other = next_run(store, group)
    assert {entry.run.id for entry in store.entries(code)} == {run.id, other.id}


def test_runs_that_fail_one_after_another_end_the_sweep_with_the_reason(store: RunStore) -> None:
    with conducting(store, ByHand(store)) as conductor:
        group = conductor.start(Sweep(base=BASE, parameters=(RATE,)), "Rates")
        for _ in range(3):
            store.end(next_run(store, group).id, RunStatus.FAILED, "The memory did not suffice.")
        until(lambda: is_over(store, group))
    assert store.group(group.id).message.endswith("the last one says: The memory did not suffice.")


class Moody(RunStore):
    """A store that can be away."""

    away = False

    @contextmanager
    def _begin(self) -> Iterator[object]:
        if self.away:
            raise StoreError("The store is away.")
        with super()._begin() as connection:
            yield connection


def test_a_sweep_waits_for_a_store_that_is_away(store: RunStore) -> None:
    moody = Moody(store.url)
    with conducting(moody, ByHand(moody)) as conductor:
        group = conductor.start(Sweep(base=BASE, parameters=(RATE,), runs=2), "Rates")
        finish(store, next_run(store, group), 0.9)
        run = next_run(store, group)
        moody.away = True
        finish(store, run, 0.9)
        time.sleep(1.2)
        assert not is_over(store, group)
        moody.away = False
        until(lambda: is_over(store, group))
    assert store.group(group.id).status == "finished"


def test_a_sweep_without_its_data_or_with_a_definition_nobody_can_read_is_refused(store: RunStore) -> None:
    many = BASE.model_copy(update={"data": Data(images=900_000)})
    with conducting(store, ByHand(store)) as conductor:
        with pytest.raises(DataError):
            conductor.start(Sweep(base=many, parameters=(RATE,)), "Too many")
        assert store.groups() == []
        group = store.create_group("sweep", "From the future", {"base": "?"})
        until(lambda: is_over(store, group))
    assert store.group(group.id).status == "stopped"
    assert store.group(group.id).message.startswith("Invalid value for “base”")


def test_nothing_of_a_sweep_that_a_person_stopped_is_kept_in_memory(store: RunStore) -> None:
    with conducting(store, ByHand(store)) as conductor:
        group = conductor.start(Sweep(base=BASE, parameters=(UNITS,), sampler="random", runs=3), "x")
        run = next_run(store, group)
        learn(store, run, 0.5)
        store.end(run.id, RunStatus.FINISHED)
        until(lambda: conductor._curves.get(group.id))
        stop(store, group.id)
        until(lambda: not conductor._held and not conductor._curves)

"""Runs trained by the workers of a real Dask scheduler, with a real PostgreSQL as the store of all."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.model import layers as L
from core.model.schedules import Cosine
from core.model.specs import Data, RunSpec
from core.runs.records import Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.cluster import SETTING, Cluster, ClusterError, scheduler
from core.training.launcher import Launcher
from tests.cluster import Machines, machines
from tests.patience import until
from tests.postgresql import Postgres
from tests.test_training_resumed import numbers


@pytest.fixture(scope="module")
def url(postgres: Postgres) -> str:
    return postgres.database()


@pytest.fixture(scope="module")
def cluster(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with machines(tmp_path_factory.mktemp("cluster"), url, 2) as two:
        yield two


@pytest.fixture
def store(url: str) -> RunStore:
    return RunStore(url)


@pytest.fixture
def launcher(store: RunStore, cluster: Machines) -> Iterator[Launcher]:
    launcher = Launcher(store, cluster=Cluster(cluster.address))
    yield launcher
    launcher.close()


@pytest.fixture
def spec(small_spec: RunSpec) -> RunSpec:
    layers = (L.Flatten(), L.Dense(units=8), L.Dropout())
    few = Data(images=300, validation_share=0.2)
    return small_spec.model_copy(update={"layers": layers, "data": few, "epochs": 16, "schedule": Cosine()})


def over(store: RunStore, *runs: Run) -> bool:
    return not any(store.get(run.id).is_live for run in runs)


def test_two_runs_at_once_of_which_one_loses_its_worker_end_with_the_numbers_of_an_undisturbed_one(
    cluster: Machines, launcher: Launcher, store: RunStore, spec: RunSpec
) -> None:
    undisturbed = launcher.launch(spec, "undisturbed")
    until(lambda: over(store, undisturbed))
    runs = [launcher.launch(spec, name) for name in ("one", "other")]
    until(lambda: all(len(store.history(run.id).epochs) > 3 for run in runs))
    holders = [store.get(run.id).holder for run in runs]
    assert None not in holders
    begun = [store.history(run.id).epochs[0] for run in runs]
    psutil.Process(next(iter(cluster.workers().values()))).kill()
    until(lambda: over(store, *runs))
    assert [store.get(run.id).status for run in runs] == [RunStatus.FINISHED] * 2
    assert sum(store.get(run.id).holder not in holders for run in runs) == 1
    assert [store.history(run.id).epochs[0] for run in runs] == begun  # to the second: not trained again
    for run in runs:
        assert numbers(store, run.id) == numbers(store, undisturbed.id)


def test_a_server_that_ends_leaves_its_run_to_the_worker_and_its_queue_to_the_next_server(
    cluster: Machines, store: RunStore, spec: RunSpec
) -> None:
    cluster.await_workers(2)
    first = Launcher(store, cluster=Cluster(cluster.address))
    run = first.launch(spec, "x")
    until(lambda: store.history(run.id).epochs)
    holder = store.get(run.id).holder
    first.close()
    waits = store.create(spec.model_copy(update={"epochs": 1}), "waits")
    until(lambda: over(store, run))
    assert (store.get(run.id).status, store.get(run.id).holder) == (RunStatus.FINISHED, holder)
    second = Launcher(store, cluster=Cluster(cluster.address))
    until(lambda: over(store, waits))
    second.close()


def test_a_stop_reaches_a_run_on_the_cluster_and_one_that_waits(
    cluster: Machines, launcher: Launcher, store: RunStore, spec: RunSpec
) -> None:
    cluster.await_workers(2)
    endless = spec.model_copy(update={"epochs": 500})
    runs = [launcher.launch(endless, name) for name in "abc"]
    # With its second epoch a run has kept its first: even a worker that is ended leaves something to measure.
    until(lambda: sum(len(store.history(run.id).epochs) > 1 for run in runs) == 2)
    for run in runs:
        store.ask(run.id, Command.STOP)
    until(lambda: over(store, *runs))
    assert {store.get(run.id).status for run in runs} == {RunStatus.STOPPED}
    assert sum(store.get(run.id).results is not None for run in runs) == 2


@pytest.mark.slow
def test_a_scheduler_that_is_gone_ends_its_workers_and_their_runs_go_on_with_the_next_one(
    url: str, store: RunStore, spec: RunSpec, tmp_path: Path
) -> None:
    with machines(tmp_path / "cluster", url, 1) as cluster:
        launcher = Launcher(store, cluster=Cluster(cluster.address))
        run = launcher.launch(spec.model_copy(update={"epochs": 400}), "x")
        until(lambda: store.history(run.id).epochs)
        cluster.scheduler.kill()
        cluster.scheduler.wait()
        (lost,) = cluster.machines
        until(lambda: lost.poll() is not None)
        until(lambda: store.get(run.id).waits and store.queue().workers == 0)
        cluster.machines.clear()
        cluster.start_scheduler()
        cluster.start_machine()
        until(lambda: store.get(run.id).status is RunStatus.RUNNING)
        store.ask(run.id, Command.STOP)
        until(lambda: over(store, run))
        epochs = [point.epoch for point in store.history(run.id).epochs]
        assert epochs == list(range(1, len(epochs) + 1))
        launcher.close()


def test_while_no_scheduler_answers_runs_wait_and_pages_know_that_there_is_no_worker(
    store: RunStore, small_spec: RunSpec, caplog: pytest.LogCaptureFixture
) -> None:
    launcher = Launcher(store, cluster=Cluster("tcp://127.0.0.1:9"))
    run = launcher.launch(small_spec, "x")
    until(lambda: any("does not answer" in line for line in caplog.messages))
    until(lambda: store.queue().workers == 0)
    assert store.get(run.id).waits
    store.ask(run.id, Command.STOP)
    launcher.close()
    assert sum("does not answer" in line for line in caplog.messages) == 1


def test_servers_that_share_a_cluster_count_its_workers_once(any_store: RunStore) -> None:
    first, second, other = (Cluster(f"tcp://{name}:8786").id for name in ("a", "a", "b"))
    any_store.look_after(first, 2)
    any_store.look_after(second, 2)
    any_store.look_after(other, 3)
    assert any_store.queue().workers == 5


@pytest.mark.parametrize(
    ("address", "kept_in", "told"),
    [
        ("scheduler:8786", "postgresql+psycopg://x@y/z", "expected an address such as tcp://"),
        ("tcp://scheduler:8786", "sqlite:////tmp/runs.sqlite", "DIGITS_STORE must name one"),
        ("tls://scheduler:8786", "", "DIGITS_STORE must name one"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_a_sentence(
    address: str, kept_in: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SETTING, address)
    monkeypatch.setenv("DIGITS_STORE", kept_in)
    with pytest.raises(ClusterError, match=told):
        scheduler()
    monkeypatch.setenv(SETTING, " ")
    assert scheduler() is None

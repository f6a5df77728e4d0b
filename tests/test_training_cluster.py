"""Runs trained by the workers of a real Dask scheduler, with a real PostgreSQL as the store of all."""

from collections.abc import Iterator

import psutil
import pytest

from core.model import layers as L
from core.model.schedules import Cosine
from core.model.specs import RunSpec
from core.runs.records import Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.cluster import Cluster
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
    return small_spec.model_copy(update={"layers": layers, "epochs": 24, "schedule": Cosine()})


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
    assert store.get(waits.id).status is RunStatus.SCHEDULED
    second = Launcher(store, cluster=Cluster(cluster.address))
    until(lambda: over(store, waits))
    second.close()


def test_a_stop_reaches_a_run_on_the_cluster_and_one_that_waits(
    cluster: Machines, launcher: Launcher, store: RunStore, spec: RunSpec
) -> None:
    cluster.await_workers(2)
    endless = spec.model_copy(update={"epochs": 500})
    runs = [launcher.launch(endless, name) for name in "abc"]
    until(lambda: sum(len(store.history(run.id).epochs) > 0 for run in runs) == 2)
    for run in runs:
        store.ask(run.id, Command.STOP)
    until(lambda: over(store, *runs))
    assert {store.get(run.id).status for run in runs} == {RunStatus.STOPPED}
    assert sum(store.get(run.id).results is not None for run in runs) == 2

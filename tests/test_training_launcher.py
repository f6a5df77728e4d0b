"""Real worker processes: they train, they are killed, the next run starts as usual."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from core.home import PROJECT
from core.model.schedules import Cosine
from core.model.specs import RunSpec
from core.runs.records import Run
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training.engine import RUN_GOES
from core.training.launcher import Launcher
from core.training.slot import Slot
from tests.eager import eager_pool
from tests.patience import until
from tests.postgresql import slowly_on_both
from tests.test_training_resumed import numbers


@pytest.fixture
def launcher(store: RunStore) -> Iterator[Launcher]:
    launcher = Launcher(store)
    yield launcher
    launcher.close()


def workers_of(pid: int, others: Sequence[psutil.Process] = ()) -> list[psutil.Process]:
    """Return the living workers of a process, but for those that others have left in it."""
    children = psutil.Process(pid).children(recursive=True)
    return [child for child in children if child not in others and works(child)]


def works(process: psutil.Process) -> bool:
    """Whether a process, which may end at any moment, is a living worker."""
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(process.cmdline())
    return False


def kill(store: RunStore, run: Run, others: Sequence[psutil.Process]) -> None:
    """Kill the worker that is at a run."""
    until(lambda: store.get(run.id).status is RunStatus.RUNNING)
    (worker,) = workers_of(os.getpid(), others)
    assert worker.nice() == min(psutil.Process().nice() + 10, 19)
    if sys.platform == "linux":
        assert Path(f"/proc/{worker.pid}/oom_score_adj").read_text("ascii") == f"{RUN_GOES}\n"
    worker.kill()
    worker.wait()


@slowly_on_both
def test_a_run_whose_worker_is_killed_goes_on_with_the_next_one(
    any_store: RunStore, small_spec: RunSpec
) -> None:
    others = workers_of(os.getpid())
    launcher = Launcher(any_store, eager_pool)
    run = launcher.launch(small_spec.model_copy(update={"epochs": 40}), "killed")
    waiting = launcher.launch(small_spec, "waiting")
    until(lambda: len(any_store.history(run.id).epochs) >= 3)
    kill(any_store, run, others)
    until(lambda: not any_store.get(waiting.id).is_live)
    assert any_store.get(run.id).status is RunStatus.FINISHED  # it had begun, so it went on first
    history = any_store.history(run.id)
    assert [point.epoch for point in history.epochs] == list(range(1, 41))
    assert history.steps.step.tolist() == list(range(1, 401))
    launcher.close()
    assert not workers_of(os.getpid(), others)


def test_a_worker_that_found_nothing_rests_so_that_nobody_asks_without_end(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.slot.REST", 1000.0)
    over = threading.Event()
    slot = Slot(lambda: ThreadPoolExecutor(1), over.set)
    slot.begin(store.url)
    until(lambda: slot.is_over)
    assert not slot.clear()
    assert (slot.holder, slot.is_free) == (None, False)
    slot.end()


@pytest.mark.slow
def test_a_run_whose_worker_is_killed_three_times_ends_with_the_same_numbers(
    store: RunStore, small_spec: RunSpec
) -> None:
    others = workers_of(os.getpid())
    launcher = Launcher(store, eager_pool)
    spec = small_spec.model_copy(update={"epochs": 60, "schedule": Cosine()})
    runs = [launcher.launch(spec, name) for name in ("undisturbed", "killed")]
    for epochs in (0, 7, 21):
        until(lambda e=epochs: len(store.history(runs[1].id).epochs) >= e)
        kill(store, runs[1], others)
    until(lambda: not store.get(runs[1].id).is_live)
    assert numbers(store, runs[1].id) == numbers(store, runs[0].id)
    launcher.close()


def test_a_paused_run_gives_its_worker_to_one_that_waits_and_goes_on_later(
    launcher: Launcher, store: RunStore, small_spec: RunSpec
) -> None:
    endless = small_spec.model_copy(update={"epochs": 500})
    run = launcher.launch(endless, "paused", owner="a")
    until(lambda: store.history(run.id).epochs)
    store.ask(run.id, Command.PAUSE)
    until(lambda: store.get(run.id).status is RunStatus.PAUSED)
    assert store.get(run.id).holder  # nobody else waits
    other = launcher.launch(small_spec, "other", owner="b")
    until(lambda: store.get(other.id).status is RunStatus.FINISHED)
    assert (store.get(run.id).status, store.get(run.id).holder) == (RunStatus.PAUSED, None)
    store.ask(run.id, Command.RUN)
    until(lambda: store.get(run.id).status is RunStatus.RUNNING)
    store.ask(run.id, Command.STOP)
    assert store.get(run.id).status is RunStatus.STOPPED  # shown at once
    until(lambda: not store.get(run.id).is_live)
    assert store.get(run.id).results is not None
    epochs = store.history(run.id).epochs
    assert [point.epoch for point in epochs] == list(range(1, len(epochs) + 1))


@pytest.mark.slow
def test_workers_that_leave_after_their_last_run_lose_none_of_those_that_wait(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.slot.RUNS_PER_WORKER", 1)
    launcher = Launcher(store)
    runs = [launcher.launch(small_spec.model_copy(update={"epochs": 1}), str(n)) for n in range(3)]
    until(lambda: not any(store.get(run.id).is_live for run in runs))
    launcher.close()
    assert {store.get(run.id).status for run in runs} == {RunStatus.FINISHED}


SERVER = """
    import sys, time
    from core.model.specs import parse
    from core.runs.store import RunStore
    from core.training.launcher import Launcher

    if __name__ == "__main__":
        launcher = Launcher(RunStore(sys.argv[1]))
        print(launcher.launch(parse(sys.argv[2]), "x").id, flush=True)
        time.sleep(600)
"""


@slowly_on_both
def test_no_worker_outlives_a_server_that_was_killed_and_the_next_server_takes_its_runs_over(
    any_store: RunStore, small_spec: RunSpec, tmp_path: Path
) -> None:
    script = tmp_path / "server.py"
    script.write_text(textwrap.dedent(SERVER))
    spec = small_spec.model_copy(update={"epochs": 500}).to_json()
    server = subprocess.Popen(
        [sys.executable, script, any_store.url, spec],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    assert server.stdout is not None
    run_id = server.stdout.readline().strip()
    until(lambda: any_store.history(run_id).epochs)
    workers = workers_of(server.pid)
    assert workers
    server.send_signal(signal.SIGKILL)
    server.wait()
    until(lambda: not any(worker.is_running() for worker in workers))
    assert any_store.get(run_id).status is RunStatus.RUNNING  # nobody could say so yet
    until(lambda: any_store.take_back_silent(silence=1.0))
    assert any_store.get(run_id).status is RunStatus.SCHEDULED
    assert any_store.get(run_id).waits

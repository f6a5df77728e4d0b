"""Real worker processes: they train, they are killed, the next run starts as usual."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

from core.home import PROJECT
from core.model.specs import RunSpec
from core.runs.status import Command, RunStatus
from core.runs.store import RunStore
from core.training import engine
from core.training.launcher import Launcher
from tests.patience import until


@pytest.fixture
def launcher(store: RunStore) -> Iterator[Launcher]:
    launcher = Launcher(store)
    yield launcher
    launcher.close()


def workers_of(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children(recursive=True)
    living = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in living if "spawn_main" in " ".join(child.cmdline())]


def test_a_killed_worker_interrupts_its_run_and_the_next_ones_start_as_usual(
    launcher: Launcher, store: RunStore, small_spec: RunSpec
) -> None:
    endless = small_spec.model_copy(update={"epochs": 500})
    killed = launcher.launch(endless, "killed")
    waiting = launcher.launch(small_spec, "waiting")
    until(lambda: store.history(killed.id).epochs)
    assert store.get(waiting.id).status is RunStatus.SCHEDULED
    epochs = len(store.history(killed.id).epochs)
    (worker,) = workers_of(os.getpid())
    assert worker.nice() == min(psutil.Process().nice() + 10, 19)
    worker.kill()
    until(lambda: store.get(killed.id).status is RunStatus.INTERRUPTED)
    assert len(store.history(killed.id).epochs) >= epochs
    until(lambda: store.get(waiting.id).status is RunStatus.FINISHED)

    later = launcher.launch(small_spec, "later")
    until(lambda: store.get(later.id).status is RunStatus.FINISHED)
    assert store.history(later.id).epochs[-1].val_loss == store.history(waiting.id).epochs[-1].val_loss

    last = launcher.launch(endless, "last")
    until(lambda: store.get(last.id).status is RunStatus.RUNNING)
    store.ask(last.id, Command.PAUSE)
    until(lambda: store.get(last.id).status is RunStatus.PAUSED)
    launcher.close()
    assert store.get(last.id).status is RunStatus.INTERRUPTED
    until(lambda: not workers_of(os.getpid()))


def one_run_per_worker() -> None:
    engine.RUNS_PER_WORKER = 1
    engine._start_worker()


def impatient_pool() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=one_run_per_worker)


@pytest.mark.slow
def test_workers_that_leave_after_their_last_run_lose_none_of_those_that_wait(
    store: RunStore, small_spec: RunSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.launcher.MAX_ATTEMPTS", 2)
    launcher = Launcher(store, impatient_pool)
    runs = [launcher.launch(small_spec.model_copy(update={"epochs": 1}), str(n)) for n in range(3)]
    until(lambda: not any(store.get(run.id).is_live for run in runs))
    launcher.close()
    # The last one was handed over twice more: that is no failure, others were begun in between.
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


def test_no_worker_outlives_a_server_that_was_killed(
    store: RunStore, small_spec: RunSpec, tmp_path: Path
) -> None:
    script = tmp_path / "server.py"
    script.write_text(textwrap.dedent(SERVER))
    spec = small_spec.model_copy(update={"epochs": 500}).to_json()
    server = subprocess.Popen(
        [sys.executable, script, store.url, spec],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    assert server.stdout is not None
    run_id = server.stdout.readline().strip()
    until(lambda: store.history(run_id).epochs)
    workers = workers_of(server.pid)
    assert workers
    server.send_signal(signal.SIGKILL)
    server.wait()
    until(lambda: not any(worker.is_running() for worker in workers))
    assert store.get(run_id).status is RunStatus.RUNNING  # nobody could say so yet
    until(lambda: store.interrupt_silent(silence=1.0))
    assert store.get(run_id).status is RunStatus.INTERRUPTED

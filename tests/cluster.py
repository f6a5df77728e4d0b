"""A real Dask cluster on loopback: a scheduler and workers, each a process of its own, for one store."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from distributed import Client

from core.home import PROJECT
from core.training import cluster_worker
from core.training.cluster import SETTING
from core.training.slot import Slot
from tests.eager import eager_pool
from tests.patience import SECONDS
from tests.ports import free_port

SCHEDULER = "-m", "dask", "scheduler"
"""What compose and the guide start, too: with `-m` it finds the project, from which it reads the jobs."""
_SERVE = "import sys; from core.training.cluster_worker import serve; serve(sys.argv[1], sys.argv[2])"


def dask_setup(worker: object) -> None:
    """Get a worker ready that keeps every checkpoint."""
    cluster_worker.slot = Slot(eager_pool, cluster_worker.over.set)
    cluster_worker.dask_setup(worker)


def dask_teardown(worker: object) -> None:
    cluster_worker.dask_teardown(worker)


class Machines:
    """A scheduler, and machines whose workers are trained on; what they say stands in `log`."""

    def __init__(self, folder: Path, store: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / "cluster.log"
        self._folder, self._store = folder, store
        self._port = free_port()
        self.address = f"tcp://127.0.0.1:{self._port}"
        self.scheduler: subprocess.Popen[bytes]
        self.machines: list[subprocess.Popen[bytes]] = []

    def start_scheduler(self) -> None:
        options = ["--host=127.0.0.1", f"--port={self._port}", "--no-dashboard"]
        self.scheduler = self._start(*SCHEDULER, *options)

    def start_machine(self, eager: bool = True) -> None:
        """Start a machine with one worker; eager: it keeps every checkpoint."""
        own = ["-c", _SERVE, self.address, __name__] if eager else ["-m", "core", "worker"]
        self.machines.append(self._start(*own))

    def await_workers(self, count: int) -> None:
        with Client(self.address, timeout=SECONDS, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=SECONDS)

    def workers(self) -> dict[str, int]:
        """Return the process of each worker by its address."""
        with Client(self.address, timeout=SECONDS, set_as_default=False) as client:
            found: dict[str, int] = client.run(os.getpid)
            return found

    def processes(self) -> list[psutil.Process]:
        """Return all processes of the machines."""
        tops = [psutil.Process(machine.pid) for machine in self.machines]
        return [process for top in tops for process in (top, *top.children(recursive=True))]

    def end(self) -> None:
        for process in (*self.machines, self.scheduler):
            process.send_signal(signal.SIGTERM)
        for process in (*self.machines, self.scheduler):
            process.wait(timeout=SECONDS)

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        own = {SETTING: self.address, "DIGITS_STORE": self._store, "DIGITS_HOME": str(self._folder)}
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *command],
                cwd=PROJECT,
                env=os.environ | own | {"DIGITS_WORKERS": "1"},
                stdout=log,
                stderr=log,
            )


@contextmanager
def machines(folder: Path, store: str, count: int) -> Iterator[Machines]:
    """Yield a scheduler with so many machines, whose workers are ready."""
    cluster = Machines(folder, store)
    cluster.start_scheduler()
    for _ in range(count):
        cluster.start_machine()
    try:
        cluster.await_workers(count)
        yield cluster
    finally:
        cluster.end()

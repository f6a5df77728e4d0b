"""A machine's part of a cluster: workers for a Dask scheduler, each of which minds one of the engine's.

Trainings run in the same processes as a server's, not in Dask's own: there Dask's threads draw from Python's
random numbers, of which a run's first weights are made, and other seeds would be other runs.
"""

import threading

from core.home import home
from core.runs.store import open_store
from core.training.capacity import cores, workers
from core.training.engine import process_pool
from core.training.slot import Slot
from core.training.threads import set_threads

RESOURCE = "TRAIN"
"""What a worker of ours has one of, so that it trains one run at a time, and others have none of."""
over = threading.Event()
slot = Slot(process_pool, over.set)
"""Where this process' runs are trained, one at a time."""


def serve(address: str, preload: str = __name__) -> None:
    """Train for the scheduler at `address` until a signal ends it, or the scheduler has gone.

    There are as many workers as `DIGITS_WORKERS` says, else as cores and memory carry. Dask's limit of memory
    is for its own process, not for the one that trains, so there is none.

    Args:
        preload: the module whose `dask_setup` gets a worker ready.
    """
    import dask
    from distributed.cli.dask_worker import main

    count = max(1, workers())
    set_threads(max(1, cores() // count))  # else Dask's one thread would be all for TensorFlow too
    dask.config.set({"distributed.worker.daemon": False})  # so that it may have a process of its own
    options = {
        "nworkers": count,
        "nthreads": 1,
        "resources": f"{RESOURCE}=1",
        "memory-limit": 0,
        "preload": preload,
        "local-directory": home() / "dask",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    main([address, *words, "--no-dashboard"], standalone_mode=False)


def dask_setup(_worker: object) -> None:
    """Get a worker ready; Dask calls this in its process before it tells the scheduler of it."""
    slot.warm_up()


def dask_teardown(_worker: object) -> None:
    """End what trains with the worker; its run waits for the next one."""
    slot.end()


def run_on_cluster(holder: str) -> bool:
    """Carry out the run whose turn it is in the store that this machine's settings name, if there is one.

    A job that Dask gives out again was lost with its worker: then its run waits for the next job.
    """
    store = open_store()
    if store.take_back(holder):
        return False
    over.clear()
    slot.begin(store.url, holder)
    over.wait()
    if slot.problem is None:
        return slot.clear()
    problem = slot.problem
    store.take_back(holder)
    slot.replace(had_begun=False)  # with the next job: this worker may be about to end
    raise problem

"""A machine's part of a cluster: workers for a Dask scheduler, each ready before its first run.

Dask gives a worker one thread and knows nothing of TensorFlow's, and by itself as much of the memory as one
of all the cores: both are set here. It ends a worker whose memory is used up, but moves and pauses nothing.
"""

import itertools

from core.home import home
from core.runs.store import open_store
from core.training.capacity import cores, free_memory, workers
from core.training.engine import set_threads, start_worker
from core.training.slot import RUNS_PER_WORKER

RESOURCE = "TRAIN"
"""What a worker of ours has one of, so that it trains one run at a time, and others have none of."""
_done = itertools.count(1)


def serve(address: str, preload: str = __name__) -> None:
    """Train for the scheduler at `address` until a signal ends it, or the scheduler has gone.

    There are as many workers as `DIGITS_WORKERS` says, else as cores and memory carry.

    Args:
        preload: the module whose `dask_setup` gets a worker ready.
    """
    import dask
    from distributed.cli.dask_worker import main

    count = max(1, workers())
    set_threads(max(1, cores() // count))
    dask.config.set({f"distributed.worker.memory.{name}": False for name in ("target", "spill", "pause")})
    options = {
        "nworkers": count,
        "nthreads": 1,
        "resources": f"{RESOURCE}=1",
        "memory-limit": free_memory() // count,
        "preload": preload,
        "local-directory": home() / "dask",
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    main([address, *words, "--no-dashboard"], standalone_mode=False)


def dask_setup(_worker: object) -> None:
    """Get a worker ready; Dask calls this in its process before it tells the scheduler of it."""
    start_worker()


def run_on_cluster(holder: str) -> bool:
    """Carry out the run whose turn it is in the store that this machine's settings name, if there is one.

    A job that Dask gives out again was lost with its worker: then its run waits for the next job.
    """
    from core.training.job import run_next

    store = open_store()
    if store.take_back(holder):
        return False
    has_run = run_next(store, holder)
    if has_run and next(_done) == RUNS_PER_WORKER:
        _leave()
    return has_run


def _leave() -> None:
    """Have a fresh worker take this one's place."""
    from distributed import get_worker

    worker = get_worker()
    worker.loop.add_callback(worker.close_gracefully, restart=True, reason=f"{RUNS_PER_WORKER} runs")

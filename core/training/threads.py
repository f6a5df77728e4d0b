"""How many threads TensorFlow computes a training with, and how a batch is spread over them.

With two, each operation has one thread and two operations go on at once: each half of a batch goes through
the network on a core of its own (`parts.py`). With any other number all threads share each operation.
"""

import os
import sys

from core.inference.loading import load_keras
from core.training.capacity import cores

WITHIN, AT_ONCE = "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"
"""Threads that share an operation, and operations that go on at once; read when TensorFlow is loaded."""
BEHIND = 5
"""How much nicer a thread is that gives way: a third of the others' weight."""
PARTS = 2
"""More parts of a batch than this were not measured."""


def set_threads(count: int | None, trains: bool = True) -> None:
    """Have TensorFlow, oneDNN and BLAS compute with so many threads, if they are still to be loaded.

    Args:
        count: None: one for each of two cores, unless somebody has set it otherwise; as many as the libraries
            find good where there are more or fewer.
        trains: whether batches are to go through a network in parts; else all threads share each operation.
    """
    if "tensorflow" in sys.modules:
        return
    is_free = trains and WITHIN not in os.environ and AT_ONCE not in os.environ and cores() == PARTS
    if count is None and not is_free:
        return
    count = count or PARTS
    within = 1 if trains and count == PARTS and not _is_plain() else count
    os.environ.update({WITHIN: str(within), AT_ONCE: str(count), "OMP_NUM_THREADS": str(count)})


def load_to_train() -> None:
    """Load Keras as a worker does that has the machine to itself, so that a training here is as fast."""
    set_threads(None)
    load_keras()


def parts() -> int:
    """Return in how many parts each batch is to go through the network at once."""
    ready = os.environ.get(WITHIN) == "1" and os.environ.get(AT_ONCE) == str(PARTS)
    return PARTS if ready else 1


def give_way() -> None:
    """Let the calling thread have the processor rather where the threads that compute leave it.

    A batch that is prepared beside a step would else hold up one of the step's halves, and so both.
    """
    if sys.platform == "linux":  # elsewhere niceness is the process's
        os.nice(BEHIND)


def _is_plain() -> bool:
    """Return whether Keras' own loop trains, which hands whole batches over (`loop.is_plain`)."""
    return os.environ.get("DIGITS_PLAIN_FIT") == "yes"

"""How many workers this machine carries, and how many threads each may use."""

import os
from contextlib import suppress
from pathlib import Path

from core.cgroups import memory_left, memory_limits, quotas
from core.errors import UserError

SETTING = "DIGITS_WORKERS"
MOST = 64
MEMORY = 1_500_000_000
"""Bytes that a worker may need: TensorFlow, the images, and a network that is not small."""
LEAST = 900_000_000
"""Bytes that a server with a worker needs: 846 MB were seen while the quick start trained. Where it may have
less, the system kills its worker, and at times the server with it."""
CORES = 2
"""A worker keeps so many cores busy: one computes, while the other fetches and augments the next batch."""


def workers() -> int:
    """Return how many runs are to be trained at a time: `DIGITS_WORKERS`, else what cores and memory carry.

    0 is for a server with little memory whose runs others train that share its store: without the setting,
    one that may have less than `LEAST`.

    Raises:
        UserError: the setting is no number from 0 to 64.
    """
    wished = os.environ.get(SETTING, "").strip()  # Windows' “set X=2 && …” keeps the space
    if wished.isdecimal() and int(wished) <= MOST:
        return int(wished)
    if wished:
        raise UserError(f"{SETTING} is “{wished[:20]}”, expected a whole number from 0 to {MOST}.")
    if min(memory_limits(), default=LEAST) < LEAST:
        return 0
    return max(1, min(cores() // CORES, free_memory() // MEMORY, MOST))


def threads(count: int) -> int | None:
    """Return how many threads each of so many workers may compute with, so that they do not fight.

    None: as many as the library finds good, where there is only one worker and all cores that the library
    sees are its own. It does not see a container's quota, and whoever computes beyond that is halted.
    """
    if count <= 1 and cores() == _seen():
        return None
    return max(1, cores() // max(1, count))


def cores() -> int:
    """Return how many cores this process may use."""
    return min([_seen(), *(max(1, int(quota)) for quota in quotas())])


def _seen() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def free_memory() -> int:
    """Return how many bytes are free for workers; where the system does not say, as if there were enough."""
    known = list(memory_left())
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        known.append(1024 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable")))
    return min(known, default=MOST * MEMORY)

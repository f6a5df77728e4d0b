"""Giving memory back to the system that is free inside this process.

Python leaves cycles for later, and glibc keeps what was freed in its arenas, so that a server which once read
something large stays large. Where the C library is another one (macOS, Windows, musl), only the first of the
two is mended here.
"""

import ctypes
import gc
from typing import Any

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of `mallopt(3)`."""
_LARGE = 1 << 20
"""Bytes from which on an array gets pages of its own, which go back to the system when it is freed."""


def stay_small() -> None:
    """Have what is large returned as soon as it is freed; to be called once, at the start of a process.

    By itself glibc raises that limit to 32 MB, about the size of an uploaded data set, and lets every thread
    hold back so much.
    """
    if libc := _glibc():
        libc.mallopt(_MMAP_THRESHOLD, _LARGE)
        libc.mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Collect what nobody refers to any more and return the free pages; takes about a tenth of a second."""
    gc.collect()
    if libc := _glibc():
        libc.malloc_trim(0)


def _glibc() -> Any:
    """Return the C library of this process if it is glibc, else None."""
    try:
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
    except (OSError, TypeError):  # Windows has no such thing
        return None

"""Giving memory back to the system that this process does not need.

Python leaves cycles for later, and glibc keeps what was freed in its arenas, so that a server which once read
something large stays large. Where the C library is another one (macOS, Windows, musl), only the first of the
two is mended here.
"""

import ctypes
import gc
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_MMAP_THRESHOLD, _ARENA_MAX = -3, -8
"""Parameters of `mallopt(3)`."""
_DONT_NEED = 4
"""Advice of `madvise(2)`."""
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


def let_code_go(maps: Path = Path("/proc/self/smaps")) -> None:
    """Give up the pages of libraries and files that this process has only read.

    Loading TensorFlow reads 400 MB of its code, of which training needs a fifth. What is needed again comes
    from the system's file cache, page by page. Nothing where the system keeps no such list.
    """
    if not maps.exists() or (libc := _glibc()) is None:
        return
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    for begin, end in _only_read(maps.read_text(encoding="utf-8", errors="replace")):
        libc.madvise(begin, end - begin, _DONT_NEED)


def _only_read(maps: str) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the parts of files in memory of which no page is this process's own."""
    for part in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", maps, flags=re.MULTILINE)[1:]:
        place, rights, _, _, _, *path = part.split("\n", 1)[0].split(maxsplit=5)
        is_file = bool(path) and path[0].startswith("/") and rights.endswith("p")
        if is_file and "w" not in rights and re.search(r"^Anonymous: +0 kB$", part, re.MULTILINE):
            begin, end = (int(at, 16) for at in place.split("-"))
            yield begin, end


def _glibc() -> Any:
    """Return the C library of this process if it is glibc, else None."""
    try:
        libc = ctypes.CDLL(None)
        return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
    except (OSError, TypeError):  # Windows has no such thing
        return None

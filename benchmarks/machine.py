"""What was measured on: machines differ by a factor of three, so no table goes without it."""

import os
import platform
import time
from pathlib import Path

import numpy as np

FLAGS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")
SIDE = 2048


def machine() -> str:
    """Return one line: cores, processor, what it can do, how fast NumPy multiplies, the day."""
    told = _told()
    has = [flag for flag in FLAGS if flag in told.get("flags", "").split()]
    return (
        f"{os.cpu_count()} cores, {told.get('model name', platform.machine())} "
        f"({', '.join(has) or 'flags unknown'}; {blas_rate():.0f} GFLOP/s in float32), {platform.system()}, "
        f"Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
    )


def blas_rate() -> float:
    """Return the billions of operations a second of a product of two large float32 matrices, best of five."""
    a = np.ones((SIDE, SIDE), np.float32)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - begin)
    return float(2 * SIDE**3 / min(times) / 1e9)


def _told() -> dict[str, str]:
    """Return what Linux says of the first core; nothing elsewhere."""
    file = Path("/proc/cpuinfo")
    if not file.exists():
        return {}
    first = file.read_text(encoding="utf-8").split("\n\n", 1)[0]
    pairs = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs}

"""What was measured on: machines differ by a factor of three, so no table goes without it."""

import os
import platform
import time

import numpy as np

from core.processor import instructions, model_name

SIDE = 2048


def machine() -> str:
    """Return one line: cores, processor, what it can do, how fast NumPy multiplies, the day."""
    return (
        f"{os.cpu_count()} cores, {model_name() or platform.machine()} "
        f"({', '.join(instructions()) or 'flags unknown'}; {blas_rate():.0f} GFLOP/s in float32), "
        f"{platform.system()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}"
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

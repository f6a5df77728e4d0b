"""How fast a table of images is read, and in how much memory, against `pandas.read_csv` with defaults.

`python -m benchmarks.tables` prints its rows alone.
"""

import tempfile
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.turns import Row, in_turn
from core.data import mnist
from core.data.kaggle import COLUMNS, read_labelled

KAGGLE = 42_000
SIZES = (1_000, 10_000, KAGGLE, 60_000)


def tables() -> list[Row]:
    """Compare reading files of several sizes, with all checks, and the memory that Kaggle's takes."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        files = {count: _file(Path(folder) / f"{count}.csv", count) for count in SIZES}
        for count, file in files.items():
            what = f"read {count:,} images of {file.stat().st_size / 1e6:,.0f} MB: ours / pandas.read_csv"
            rows.append(in_turn(what, lambda: _ours(file), lambda: pd.read_csv(file), pairs=5))  # noqa: B023
        file = files[KAGGLE]
        a, b = _most(lambda: _ours(file)), _most(lambda: pd.read_csv(file))
        rows.append(Row(f"… its memory at most, {KAGGLE:,} images, the file's bytes in it", a, b, a / b, "B"))
    return rows


def _ours(file: Path) -> object:
    return read_labelled(file, file.name)


def _most(action: Callable[[], object]) -> float:
    """Return the most bytes that an action has in memory at once."""
    tracemalloc.start()
    action()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return float(most)


def _file(path: Path, count: int) -> Path:
    """Write so many of MNIST's images as Kaggle writes them."""
    pool, words = mnist.training(), np.array([str(value) for value in range(256)])
    rows = zip(pool.labels[:count], pool.images[:count], strict=True)
    lines = (",".join([str(label), *words[image.ravel()]]) for label, image in rows)
    path.write_text("\n".join([",".join(COLUMNS), *lines]) + "\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    for row in tables():
        unit, name = (1e-3, "ms") if row.unit == "s" else (1e6, "MB")
        print(f"{row.what}: {row.a / unit:,.0f} / {row.b / unit:,.0f} {name}, ratio {row.ratio:.2f}")

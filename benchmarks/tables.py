"""How fast a table of images is read, and in how much memory, against `pandas.read_csv` with defaults."""

import tempfile
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.turns import Row, at_most, in_turn, ratio_at_least, show
from core.data import mnist
from core.data.kaggle import COLUMNS, read_labelled

KAGGLE = 42_000
SIZES = (1_000, 10_000, KAGGLE, 60_000)
TWICE, MEMORY = ratio_at_least(2.0), at_most(300e6)


def rows() -> Iterator[Row]:
    """Compare reading files of several sizes, with all checks, and the memory that Kaggle's takes."""
    with tempfile.TemporaryDirectory() as folder:
        files = {count: _file(Path(folder) / f"{count}.csv", count) for count in SIZES}
        for count, file in files.items():
            what = f"read {count:,} images of {file.stat().st_size / 1e6:,.0f} MB: pandas.read_csv / ours"
            goal = TWICE if count == KAGGLE else None
            yield in_turn(what, lambda: pd.read_csv(file), lambda: _ours(file), pairs=5, goal=goal)  # noqa: B023
        a, b = _most(lambda: _ours(files[KAGGLE])), _most(lambda: pd.read_csv(files[KAGGLE]))
        what = f"… its memory at most, {KAGGLE:,} images, the file's bytes in it: ours / pandas.read_csv"
        yield Row(what, a, b, "MB", goal=MEMORY)


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
    show(rows())

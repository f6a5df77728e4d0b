"""What uploads leave in the server: its memory before, while and after visitors bring a CSV each.

The first upload of all is measured by itself: with it scikit-learn and MNIST's images come into memory, which
the pages of *Data* and *Kaggle* need as well, and stay there.

`python -m benchmarks.uploads 6 77` measures six visitors with 77 MB each.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser

from benchmarks.meanwhile import most_of
from benchmarks.served import process_of, served
from benchmarks.turns import Row, show
from core.data import mnist
from core.data.kaggle import COLUMNS
from tests.browser.server import WITH_WINDOWS, Server, open_page, opened_browser

VISITORS, MEGABYTES = 10, 40
SETTLED = 25.0
"""Seconds after which the server has looked for visitors who have gone."""


def rows(visitors: int = VISITORS, megabytes: int = MEGABYTES) -> Iterator[Row]:
    """Compare the server's memory at its peak, and once all have gone, with that before they came."""
    with tempfile.TemporaryDirectory() as folder:
        first, *files = _files(Path(folder), 1 + visitors, megabytes)
        with served(Path(folder) / "home") as server:
            new, before, peak, after = _measured(server, first, files)
    yield Row(f"the first upload of {megabytes} MB, the server's memory: gone / before", before, new, "MB")
    what = f"{visitors} more of {megabytes} MB, the server's memory"
    yield Row(f"{what}: at most / before", peak, before, "MB")
    yield Row(f"{what}: all gone / before", after, before, "MB")


def _measured(server: Server, first: Path, files: list[Path]) -> tuple[float, float, float, float]:
    """Return the bytes before and after the first file, at most with the others, and after those."""
    process = process_of(server)
    with opened_browser(WITH_WINDOWS) as browser:
        open_page(browser, server.url).context.close()  # what the first visit of all costs does not count
        new = _settled(process)
        _bring(browser, server, [first])
        before = _settled(process)
        with most_of(process) as peak:
            _bring(browser, server, files)
        return new, before, peak[0], _settled(process)


def _settled(process: psutil.Process) -> float:
    time.sleep(SETTLED)
    return float(process.memory_info().rss)


def _bring(browser: Browser, server: Server, files: list[Path]) -> None:
    """Have a visitor each upload a file, all at once, and go once it is read."""
    pages = [open_page(browser, server.url) for _ in files]
    for page, file in zip(pages, files, strict=True):
        page.locator("input[type=file]").first.set_input_files(file)
    for page in pages:
        page.get_by_text("images to train and validate on").first.wait_for(timeout=600_000)
        page.context.close()


def _files(folder: Path, count: int, megabytes: int) -> list[Path]:
    """Write so many files of MNIST's images, each in another order, as Kaggle's train.csv."""
    pool, words = mnist.training(), np.array([str(value) for value in range(256)])
    lines, size = [], 0
    for label, image in zip(pool.labels, pool.images, strict=True):
        lines.append(",".join([str(label), *words[image.ravel()]]))
        size += len(lines[-1]) + 1
        if size > megabytes * 1e6:
            break
    files = [folder / f"train{number}.csv" for number in range(count)]
    for number, file in enumerate(files):
        order = np.random.default_rng(number).permutation(len(lines))
        text = "\n".join([",".join(COLUMNS), *(lines[at] for at in order)])
        file.write_text(text, encoding="utf-8")
    return files


if __name__ == "__main__":
    show(rows(*map(int, sys.argv[1:])))

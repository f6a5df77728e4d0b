"""`python -m benchmarks.first_film`: ask the best bundled network for the film of the first screen."""

import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from core.analysis.film import Film, to_bytes
from core.data import mnist
from core.export.bundle import fill
from core.export.first_run import FILE, archive
from core.inference.still import still
from core.runs.store import RunStore


def filmed(folder: Path) -> Film:
    """Return the film, made in a few seconds, from a store in a folder that holds the first run alone."""
    path = archive()
    assert path is not None, "the bundle has no network to ask"
    shutil.copy(path, folder)
    store = RunStore(f"sqlite:///{folder}/runs.sqlite")
    fill(store, folder)
    (run,) = store.runs()
    assert run.results is not None  # the bundle holds finished runs alone
    shown = mnist.one_of_each()
    ended_at = run.ended_at or 0.0
    return still(store.url, run.id, ended_at, shown.images, shown.labels, run.results.best_epoch)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        FILE.write_bytes(to_bytes(filmed(Path(made))))

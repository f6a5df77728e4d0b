"""`python -m benchmarks.first_film`: train the run of the first screen again, for its film (a minute).

The seed is that of the bundled run, but another processor rounds differently: so the last frame is that of
the weights which came along.
"""

import os
import shutil
import tempfile
import zlib
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from core.analysis.film import Film, from_bytes, to_bytes
from core.export.bundle import fill
from core.export.first_run import FILE, LEARNER, archive
from core.inference.still import still
from core.model.experiments import EXPERIMENTS
from core.runs.artifacts import FILM
from core.runs.store import RunStore
from core.training.job import run_job


def filmed(folder: Path) -> Film:
    """Return the film of the training, done anew in a store in a folder; last come the kept weights."""
    store = RunStore(f"sqlite:///{folder}/trained.sqlite")
    run = store.create(EXPERIMENTS[LEARNER].run_spec(0), LEARNER)
    run_job(store, run.id)
    content = store.artifact(run.id, FILM)
    assert content is not None, store.get(run.id).message
    film = from_bytes(content)
    last = still_of(folder, film)
    return film.until(last.epochs[0] - 1, run.spec.epochs).with_last(last)


def still_of(folder: Path, film: Film) -> Film:
    """Return what the bundled weights make of a film's images, one frame, from a store in a folder."""
    path = archive(LEARNER)
    assert path is not None, "the bundle has no network to ask"
    (bundle := folder / "bundle").mkdir()
    shutil.copy(path, bundle)
    store = RunStore(f"sqlite:///{folder}/bundled.sqlite")
    fill(store, bundle)
    (run,) = store.runs()
    assert run.results is not None  # the bundle holds finished runs alone
    return still(store.url, run.id, run.ended_at or 0.0, film.images, film.labels, run.results.best_epoch)


def smallest(film: Film) -> Film:
    """Return a film packed as small as can be."""
    packed = tuple(zlib.compress(zlib.decompress(frame), 9) for frame in film.packed)
    return Film(film.images, film.labels, film.tiles, film.epochs, packed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        FILE.write_bytes(to_bytes(smallest(filmed(Path(made)))))

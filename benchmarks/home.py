"""A home whose store has a run in every state that a page can show, to measure pages on."""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.fill import fill, invented
from benchmarks.payload import HOLDER, SHORT, Invented
from core.analysis.frames import frame_of
from core.analysis.frames import to_bytes as frames_bytes
from core.analysis.predictions import Predictions
from core.analysis.vitals import FIELDS, QUANTILES, Vitals, looked_at
from core.export import bundle
from core.export.first_run import archive
from core.runs.artifacts import FRAMES, MODEL, VALIDATION, VITALS
from core.runs.store import RunStore

ONE, SOME, LIVE = "one run", "some runs", "a run in training"
"""What stands in an address for runs that each home has under other ids."""
COMPARED, FRAMES_KEPT = 8, 12


def filled(home: Path, count: int) -> dict[str, str]:
    """Save so many ended runs, one in training and the bundle's best; return what is put in addresses.

    The newest ended run has all that a run keeps but a network: where that is asked no page is measured.
    """
    home.mkdir()
    store = RunStore(f"sqlite:///{home / 'runs.sqlite'}")
    _take_over_the_best(store)
    ids = fill(store, count)
    live = Invented(store, SHORT).address.removeprefix("run=")
    store.put_artifact(live, VITALS, _vitals(store, live), HOLDER)
    _complete(store, ids[-1])
    return {ONE: ids[-1], SOME: ",".join(ids[-COMPARED:]), LIVE: live}


def _take_over_the_best(store: RunStore) -> None:
    """Bring the run that a first visitor is met with."""
    if (file := archive()) is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(file, folder)
        bundle.fill(store, Path(folder))


def _complete(store: RunStore, run_id: str) -> None:
    answers = Predictions.from_bytes(store.artifact(run_id, VALIDATION) or b"")
    random = np.random.default_rng(0)
    epochs = range(1, FRAMES_KEPT + 1)
    told = [invented(answers.index, answers.labels, 2 + epoch / 10, random) for epoch in epochs]
    frames = [frame_of(*frame, None) for frame in zip(epochs, told, strict=True)]
    store.put_artifact(run_id, FRAMES, frames_bytes(frames))
    store.put_artifact(run_id, VITALS, _vitals(store, run_id))
    store.put_artifact(run_id, MODEL, b"not asked")


def _vitals(store: RunStore, run_id: str) -> bytes:
    """Return what might have been seen of a run's layers, each taken for one with weights."""
    places = tuple(range(1, len(store.get(run_id).spec.layers) + 2))
    steps = np.array(list(looked_at(SHORT, 0)))
    random, shape = np.random.default_rng(0), (len(steps), len(places))
    columns = {name: random.random(shape).astype(np.float32) for name in FIELDS}
    columns["quantiles"] = np.sort(random.normal(size=(*shape, len(QUANTILES))).astype(np.float32))
    return Vitals(places, steps, **columns).to_bytes()

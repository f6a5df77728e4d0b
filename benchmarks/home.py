"""A home to measure pages on: its store has runs in every state that a page can show, a sweep and a class."""

import shutil
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.fill import fill, invented, swept, taught
from benchmarks.payload import HOLDER, SHORT, Invented
from core.analysis.frames import frame_of
from core.analysis.frames import to_bytes as frames_bytes
from core.analysis.predictions import Predictions
from core.analysis.vitals import FIELDS, QUANTILES, Vitals, looked_at
from core.export import bundle
from core.export.first_run import LEARNER, archive, learner
from core.runs.artifacts import FRAMES, VALIDATION, VITALS
from core.runs.store import RunStore

ONE, SOME, LIVE, SWEEP, CLASS = "one run", "some runs", "a run in training", "a sweep", "a class"
"""What stands in an address for what each home has under other ids."""
COMPARED, FRAMES_KEPT = 8, 12


def filled(home: Path, count: int, owner: str) -> dict[str, str]:
    """Save so many ended runs, one in training, what first visitors are shown, and what somebody has made.

    Returns:
        What is put in addresses. The one run is the bundle's quick start, so that its network can be asked,
        with all that a run keeps.
    """
    home.mkdir()
    store = RunStore(f"sqlite:///{home / 'runs.sqlite'}")
    one = _bundled(store)
    ids = fill(store, count)
    live = Invented(store, SHORT).address.removeprefix("run=")
    store.put_artifact(live, VITALS, _vitals(store, live), HOLDER)
    _complete(store, one)
    store.add_webhook(owner, "https://hooks.example/abc", "http://localhost", 1.0)
    some = ",".join(ids[-COMPARED:])
    return {ONE: one, SOME: some, LIVE: live, SWEEP: swept(store, owner), CLASS: taught(store, owner)}


def _bundled(store: RunStore) -> str:
    """Bring the runs that a first visitor is met with; return the quick start's id."""
    with tempfile.TemporaryDirectory() as folder:
        for file in filter(None, (archive(), archive(LEARNER))):
            shutil.copy(file, folder)
        bundle.fill(store, Path(folder))
    one = learner()
    assert one is not None, "the bundle has no quick start"
    return one


def _complete(store: RunStore, run_id: str) -> None:
    answers = Predictions.from_bytes(store.artifact(run_id, VALIDATION) or b"")
    random = np.random.default_rng(0)
    epochs = range(1, FRAMES_KEPT + 1)
    told = [invented(answers.index, answers.labels, 2 + epoch / 10, random) for epoch in epochs]
    frames = [frame_of(*frame, None) for frame in zip(epochs, told, strict=True)]
    store.put_artifact(run_id, FRAMES, frames_bytes(frames))
    store.put_artifact(run_id, VITALS, _vitals(store, run_id))


def _vitals(store: RunStore, run_id: str) -> bytes:
    """Return what might have been seen of a run's layers, each taken for one with weights."""
    places = tuple(range(1, len(store.get(run_id).spec.layers) + 2))
    steps = np.array(list(looked_at(SHORT, 0)))
    random, shape = np.random.default_rng(0), (len(steps), len(places))
    columns = {name: random.random(shape).astype(np.float32) for name in FIELDS}
    columns["quantiles"] = np.sort(random.normal(size=(*shape, len(QUANTILES))).astype(np.float32))
    return Vitals(places, steps, **columns).to_bytes()

"""`python -m tests.earlier.make NAME` writes what this version saves and links, for later versions to open.

A folder is written once, by the version it is named after, and never changed: it stands for what people have.
"""

import json
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.dataset import Dataset
from core.export.archive import pack
from core.model import layers as L
from core.model.augmentations import Augmentation
from core.model.link import to_link
from core.model.optimizers import Adam, Momentum
from core.model.schedules import Cosine
from core.model.seeds import without_seed
from core.model.specs import Data, RunSpec
from core.runs.artifacts import TEST, VALIDATION
from core.runs.pools import add_pool
from core.runs.records import Run
from core.runs.store import RunStore
from core.sweeps.space import Choices, Range, Sweep
from core.training.job import run_job
from tests.earlier import FOLDER
from tests.earlier.specs import specs

NEW_YEAR = 1_767_225_600.0
"""2026, in Unix seconds: when all that is kept was made, a second for each look at the clock."""
TESTED = 1000
"""Of so many test images the answers are kept, so that the files stay small."""


def main(name: str) -> None:
    folder = FOLDER / name
    folder.mkdir()  # refuses to write again what stands for a version
    _write(folder / "specs.json", described())
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "runs.sqlite"
        store = RunStore(f"sqlite:///{path}", now=partial(next, count(NEW_YEAR)))
        runs = [_convolutional(store), _uploaded(store)]
        group = store.create_group("sweep", "Rates", _sweep(runs[0].spec).model_dump(mode="json"))
        store.end_group(group.id, "finished", "All runs are done.")
        store.create_group("repeat", "Repeats", {"seeds": [1, 2]})
        _write(folder / "runs.json", [_facts(store, run) for run in runs])
        _write(folder / "groups.json", [asdict(each) for each in store.groups()])
        (folder / "run.zip").write_bytes(pack(store, runs[1].id))
        _copy_small(path, folder / "runs.sqlite")


def _copy_small(path: Path, to: Path) -> None:
    """Copy a store in the smallest pages that SQLite has, in one file."""
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", (str(to),))
    with closing(sqlite3.connect(to)) as small:
        for statement in ("PRAGMA journal_mode=DELETE", "PRAGMA page_size=512", "VACUUM"):
            small.execute(statement)


def described() -> list[dict[str, Any]]:
    """Return each configuration as JSON text and link; those with one `recipe` differ in the seed alone."""
    known: list[RunSpec] = []
    rows = []
    for about, spec in specs():
        bare = without_seed(spec)
        known += [bare] if bare not in known else []
        rows.append(
            {"about": about, "json": spec.to_json(), "link": to_link(spec), "recipe": known.index(bare)}
        )
    return rows


def _convolutional(store: RunStore) -> Run:
    """Train a network with all that draws random numbers: weights, batches, dropout, augmentation."""
    layers = (
        L.Conv2D(filters=2, kernel_size=5, padding="valid", batch_norm="before"),
        L.MaxPooling2D(pool_size=4),
        L.Dropout(rate=0.4),
        L.Flatten(),
    )
    spec = RunSpec(
        layers=layers,
        optimizer=Adam(learning_rate=0.005),
        schedule=Cosine(final_share=0.1),
        data=Data(images=200, validation_share=0.2, split_seed=1),
        augmentation=Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.1),
        epochs=3,
        batch_size=32,
        seed=5,
    )
    return _trained(store, spec, "Ünï · run", preset=None, tags=["kept", "small"])


def _uploaded(store: RunStore) -> Run:
    """Train plain layers on images that somebody uploaded."""
    pool = mnist.training()
    dataset = Dataset("mine.csv", pool.images[1000:1120], pool.labels[1000:1120])
    record = add_pool(store, dataset, owner="somebody")
    layers = (L.MaxPooling2D(pool_size=7), L.Flatten(), L.Dense(units=6, activation="tanh"))
    data = Data(source=record.fingerprint, images=120, validation_share=0.25)
    spec = RunSpec(layers=layers, optimizer=Momentum(learning_rate=0.1), data=data, epochs=2, batch_size=10)
    return _trained(store, spec, "Mine", preset="mlp", tags=[])


def _trained(store: RunStore, spec: RunSpec, name: str, preset: str | None, tags: list[str]) -> Run:
    run = store.create(spec, name, preset, owner="somebody")
    store.set_tags(run.id, tags)
    run_job(store, run.id)
    run = store.get(run.id)
    tested = Predictions.from_bytes(store.artifact(run.id, TEST) or b"")
    fewer = Predictions(tested.index[:TESTED], tested.labels[:TESTED], tested.probabilities[:TESTED])
    store.put_artifact(run.id, TEST, fewer.to_bytes())
    assert run.results is not None
    measured = {"test_loss": fewer.loss, "test_accuracy": fewer.accuracy, "test_images": TESTED}
    store.end(run.id, run.status, run.message, replace(run.results, **measured))
    return store.get(run.id)


def _sweep(base: RunSpec) -> Sweep:
    varied = (
        Range(path="optimizer.learning_rate", low=1e-4, high=1e-2, log=True),
        Range(path="layers.0.filters", low=1, high=4, integer=True),
        Choices(path="layers.0.batch_norm", values=("none", "before")),
        Choices(path="optimizer.kind", values=("adam", "sgd")),
    )
    return Sweep(base=base, parameters=varied, sampler="random", runs=3, seed=2)


def _facts(store: RunStore, run: Run) -> dict[str, Any]:
    history = store.history(run.id)
    answers = Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"")
    return {
        "run": {key: value for key, value in asdict(run).items() if key != "spec"},
        "steps": {key: np.asarray(value).tolist() for key, value in asdict(history.steps).items()},
        "epochs": [asdict(point) for point in history.epochs],
        "artifacts": store.artifact_names(run.id),
        "validation": {
            "index": answers.index.tolist(),
            "labels": answers.labels.tolist(),
            "probabilities": answers.probabilities.astype(float).round(7).tolist(),
        },
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write a JSON list, one line a row."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])

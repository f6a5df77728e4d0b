"""Trains the small networks whose curves test the doctor: `python -m tests.histories.make [NAME …]`.

Each is a file beside this one: the spec, how the run ended, its curves and dead units, as a worker left them.
What the doctor is to find in each stands in tests/test_analysis_doctor.py.
"""

import json
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.analysis.units import Units
from core.model import layers as L
from core.model.augmentations import Augmentation
from core.model.optimizers import SGD, Adam, Momentum, RMSprop
from core.model.presets import PRESETS
from core.model.schedules import ReduceOnPlateau
from core.model.specs import Data, RunSpec
from core.runs.artifacts import UNITS
from core.runs.store import RunStore

FOLDER = Path(__file__).parent
STEPS = 60
"""Points kept of the curve of batches."""


def _dense(*units: int, activation: L.Activation = "relu") -> tuple[L.Layer, ...]:
    return (L.Flatten(), *(L.Dense(units=count, activation=activation) for count in units))


def _spec(layers: tuple[L.Layer, ...], optimizer: Any, images: int, epochs: int, **more: Any) -> RunSpec:
    share = more.pop("validation_share", 0.2)
    data = Data(images=images, validation_share=share)
    return RunSpec(layers=layers, optimizer=optimizer, data=data, epochs=epochs, **more)


_CONV: tuple[L.Layer, ...] = (
    L.Conv2D(filters=8, kernel_size=5),
    L.MaxPooling2D(),
    L.Conv2D(filters=16, kernel_size=5),
    L.MaxPooling2D(),
    L.Flatten(),
)
SPECS: dict[str, RunSpec] = {
    "quick-start": PRESETS["quick-start"].spec,
    "broken-on-purpose": PRESETS["broken-on-purpose"].spec.model_copy(update={"epochs": 6}),
    "over-fitting": _spec(_dense(256, 128), Adam(), 625, 60),
    "over-fitting-plateau": _spec(_dense(256, 128), Adam(), 625, 60, schedule=ReduceOnPlateau()),
    "adam-too-low": _spec(_dense(64), Adam(learning_rate=2e-5), 3000, 10),
    "adam-far-too-low": _spec(_dense(64), Adam(learning_rate=1e-6), 3000, 6),
    "sgd-too-low": _spec((*_CONV, L.Dense()), SGD(learning_rate=0.001), 3000, 10),
    "sgd-oscillates": _spec(_dense(128, 64), SGD(learning_rate=1.0), 3000, 15),
    "adam-oscillates": _spec(_dense(128, 64), Adam(learning_rate=0.03), 3000, 15),
    "relu-dies": _spec((*_CONV, L.Dense()), Adam(learning_rate=1.0), 3000, 5),
    "relu-dies-sgd": _spec((*_CONV, L.Dense()), SGD(learning_rate=0.5), 3000, 5),
    "tanh-saturates": _spec(_dense(64, 64, activation="tanh"), Adam(learning_rate=1.0), 3000, 6),
    "diverges": _spec(_dense(64, 64, activation="leaky_relu"), SGD(learning_rate=10.0), 3000, 5),
    "explodes": _spec(_dense(64, 64, activation="elu"), Momentum(learning_rate=0.9), 3000, 8),
    "augmented": _spec(
        (*_CONV, L.Dropout(rate=0.4), L.Dense()),
        Adam(),
        5000,
        12,
        augmentation=Augmentation(rotation=15, zoom=0.15, width_shift=0.15, height_shift=0.15),
    ),
    "under-fitting": _spec(_dense(2), Adam(learning_rate=0.01), 3000, 25),
    "over-fitting-batch-norm": _spec(
        (L.Flatten(), L.Dense(units=128, batch_norm="before")), Adam(), 625, 40, batch_size=16
    ),
    "dead-units": _spec((*_CONV, L.Dense()), RMSprop(learning_rate=0.02), 3000, 8),
    "still-improving": _spec(_dense(64), SGD(learning_rate=0.03), 3000, 8),
    "plateau": _spec(
        (*_dense(32), L.Dropout(rate=0.3)), Adam(learning_rate=0.003), 3000, 30, schedule=ReduceOnPlateau()
    ),
    "healthy-dense": _spec((*_dense(64), L.Dropout(rate=0.2)), Adam(), 6000, 8),
    "healthy-batch-norm": _spec(
        (
            L.Conv2D(filters=8, batch_norm="after"),
            L.MaxPooling2D(),
            L.Flatten(),
            L.Dense(batch_norm="before"),
        ),
        PRESETS["2conv2d-bn-rmsprop"].spec.optimizer,
        6000,
        8,
    ),
}


def record(spec: RunSpec) -> dict[str, Any]:
    """Train as a worker does, in a store of its own, and return what the doctor is to see."""
    from core.training.job import run_job

    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(f"sqlite:///{folder}/runs.sqlite")
        run = store.create(spec, "history")
        run_job(store, run.id)
        ended, history = store.get(run.id), store.history(run.id, STEPS)
        units = store.artifact(run.id, UNITS)
        steps = {name: column.tolist() for name, column in asdict(history.steps).items()}
        return {
            "status": ended.status,
            "spec": json.loads(ended.spec_json),
            "units": units and json.loads(Units.from_bytes(units).to_bytes()),
            "epochs": [asdict(point) for point in history.epochs],
            "steps": steps,
        }


def main(names: list[str]) -> None:
    for name in names or SPECS:
        start = time.monotonic()
        value = record(SPECS[name])
        (FOLDER / f"{name}.json").write_text(json.dumps(value) + "\n", encoding="utf-8")
        print(f"{name}: {value['status']} after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

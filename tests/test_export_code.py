"""Exported code: the script and the notebook train the run's network anew and get the run's numbers."""

import ast
import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from core.data import mnist
from core.data.dataset import Dataset
from core.data.kaggle import COLUMNS, PIXELS
from core.export.notebook import notebook
from core.export.script import run_script, script
from core.model import layers as L
from core.model import specs as S
from core.model.build import build_model, build_optimizer
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.pools import add_pool
from core.runs.records import DatasetRecord, Run
from core.runs.store import RunStore
from core.training.job import run_job

ALL_LAYERS = (
    L.Conv2D(filters=3, kernel_size=5, padding="valid", activation="gelu", batch_norm="before"),
    L.MaxPooling2D(pool_size=3),
    L.Conv2D(filters=2, activation="leaky_relu", negative_slope=0.2, batch_norm="after"),
    L.Dropout(rate=0.1),
    L.GlobalPooling2D(mode="max"),
    L.Dense(units=1024, activation="silu"),
)
OPTIMIZERS = (S.SGD(), S.Momentum(), S.Nesterov(), S.Adagrad(), S.RMSprop(), S.Adam(), S.AdamW())
PLATEAU = S.ReduceOnPlateau(factor=0.3)
SCHEDULES = (S.Constant(), PLATEAU, S.Cosine(final_share=0.1), S.OneCycle(final_divisor=1e8))
HOSTILE = '"""\\u0022 `\n# %% x\n<script>{{ 7*7 }}'


@pytest.fixture
def trained(store: RunStore) -> Run:
    """A run on an uploaded file, with all that makes a script hard to repeat."""
    pool = mnist.training()
    record = add_pool(store, Dataset("train.csv", pool.images[:420], pool.labels[:420]))
    spec = RunSpec(
        layers=(L.Conv2D(filters=4, batch_norm="after"), L.MaxPooling2D(), L.Dropout(), L.Flatten()),
        optimizer=S.RMSprop(),
        schedule=S.OneCycle(),
        data=S.Data(source=record.fingerprint, images=400, validation_share=0.25, split_seed=5),
        augmentation=S.Augmentation(rotation=10, zoom=0.1, width_shift=0.1, height_shift=0.05),
        epochs=3,
        batch_size=64,
        early_stopping=S.EarlyStopping(patience=3),
        seed=11,
    )
    run = store.create(spec, HOSTILE)
    run_job(store, run.id)
    return store.get(run.id)


def write_files(folder: Path, test_images: int) -> None:
    pool = mnist.training()
    rows = np.column_stack([pool.labels[:420], pool.images[:420].reshape(420, -1)])
    pd.DataFrame(rows, columns=COLUMNS).to_csv(folder / "train.csv", index=False)
    rows = mnist.test().images[:test_images].reshape(test_images, -1)
    pd.DataFrame(rows, columns=PIXELS).to_csv(folder / "test.csv", index=False)


def code_cells(text: str) -> list[str]:
    return [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def example(spec: RunSpec, store: RunStore, dropped: int = 0) -> str:
    record = DatasetRecord("csv-0123456789abcdef", HOSTILE, 36_000, dropped, 0.0)
    return script(store.create(spec, HOSTILE), record if dropped else None)


def test_script_and_notebook_get_the_numbers_of_the_run(
    store: RunStore, trained: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path, test_images=50)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "train_network.py"
    file.write_bytes(run_script(store, trained))
    ran = runpy.run_path(str(file), run_name="__main__")

    assert trained.results is not None
    assert ran["accuracy"] == pytest.approx(trained.results.val_accuracy, abs=1e-6)
    assert ran["best"].epoch == trained.results.best_epoch
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        wanted = [getattr(point, name) for point in store.history(trained.id).epochs]
        np.testing.assert_allclose(ran["history"][name], wanted, atol=1e-6, rtol=0)
    model = keras.saving.load_model("model.keras")
    images = mnist.test().images[:50, ..., None] / np.float32(255)
    submission = pd.read_csv("submission.csv")
    assert list(submission["ImageId"]) == list(range(1, 51))
    assert list(submission["Label"]) == list(model.predict(images, verbose=0).argmax(axis=1))

    names: dict[str, Any] = {"__name__": "__main__"}
    for cell in code_cells(notebook(file.read_text())):
        exec(cell, names)
    assert names["history"] == ran["history"]


def test_the_script_needs_only_what_it_says_and_the_notebook_is_the_same_code(store: RunStore) -> None:
    text = example(PRESETS["final"].spec, store)
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {a.name for n in imports if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module).split(".")[0] for n in imports if isinstance(n, ast.ImportFrom)}
    # scikit-learn cannot be installed without SciPy.
    assert names == {"math", "os", "pathlib", "keras", "numpy", "pandas", "sklearn", "scipy"}
    value = json.loads(notebook(text))
    assert (value["nbformat"], value["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in value["cells"]}) == len(value["cells"])
    assert value["cells"][0]["source"].startswith("# Train the network of")
    again = ast.parse("\n".join(code_cells(notebook(text))))
    assert ast.dump(again) == ast.dump(ast.Module(tree.body[1:], []))


def test_every_spec_makes_a_tidy_script(store: RunStore, small_spec: RunSpec, tmp_path: Path) -> None:
    specs = {name: preset.spec for name, preset in PRESETS.items()}
    for number, optimizer in enumerate(OPTIMIZERS):
        schedule = SCHEDULES[number % len(SCHEDULES)]
        changed = {"optimizer": optimizer, "schedule": schedule, "early_stopping": S.EarlyStopping()}
        specs[f"{number}-{optimizer.kind}"] = small_spec.model_copy(update=changed)
    for number, (name, spec) in enumerate(specs.items()):
        (tmp_path / f"{name}.py").write_text(example(spec, store, dropped=number % 2 * 5916))
    for check in (("check", "--select=E,F,W,I,B,C4", "--ignore=E402"), ("format", "--check")):
        command = [sys.executable, "-m", "ruff", *check, "--isolated", "--line-length=110", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout


def test_the_script_builds_the_layers_and_the_optimizer_of_the_run(store: RunStore) -> None:
    for optimizer in OPTIMIZERS:
        spec = RunSpec(layers=ALL_LAYERS, optimizer=optimizer)
        cells = code_cells(notebook(example(spec, store)))
        names: dict[str, Any] = {}
        exec(cells[0], names)
        exec(next(cell for cell in cells if "keras.Sequential" in cell), names)
        for made, wanted in (
            (names["model"].layers, build_model(spec.layers).layers),
            ([names["model"].optimizer], [build_optimizer(spec)]),
        ):
            assert [type(part) for part in made] == [type(part) for part in wanted]
            configs = [[part.get_config() | {"name": ""} for part in parts] for parts in (made, wanted)]
            assert configs[0] == configs[1]


def test_images_of_the_test_set_are_left_out_as_the_run_did(store: RunStore) -> None:
    cell = next(
        c for c in code_cells(notebook(example(RunSpec(layers=ALL_LAYERS), store, 3))) if "not_among" in c
    )
    names: dict[str, Any] = {"np": np}
    exec(cell.partition("if LEAVE_OUT")[0], names)
    pool, test = mnist.training(), mnist.test()
    mixed = Dataset(
        "x",
        np.concatenate([test.images[:3], pool.images[:9]]),
        np.concatenate([test.labels[:3], pool.labels[:9]]),
    )
    kept, _ = mixed.without(test.images)
    np.testing.assert_array_equal(mixed.images[names["not_among"](mixed.images, test.images)], kept.images)

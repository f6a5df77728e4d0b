"""Exported code: the script and the notebook train the run's network anew and get the run's numbers."""

import ast
import json
import runpy
import socket
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from core.data import mnist
from core.data.dataset import Dataset
from core.data.kaggle import COLUMNS, PIXELS
from core.data.prepare import split
from core.export.notebook import notebook
from core.export.script import run_script, script
from core.model import layers as L
from core.model import specs as S
from core.model.build import build_model, build_optimizer
from core.model.course import longer
from core.model.kind import limits, members
from core.model.optimizers import Optimizer, RMSprop
from core.model.presets import PRESETS
from core.model.schedules import Constant, Cosine, Exponential, OneCycle, ReduceOnPlateau
from core.model.specs import RunSpec
from core.runs.pools import add_pool
from core.runs.records import DatasetRecord, Results, Run
from core.runs.status import RunStatus
from core.runs.store import RunStore
from core.training.batches import Batches
from core.training.job import run_job
from tests.stacks import BLOCKS
from tests.test_training_precision import in_hardware

ALL_LAYERS = (
    L.Conv2D(filters=3, kernel_size=5, padding="valid", activation="gelu", batch_norm="before"),
    L.MaxPooling2D(pool_size=3),
    L.Conv2D(filters=2, activation="leaky_relu", negative_slope=0.2, batch_norm="after"),
    L.SeparableConv2D(filters=3, strides=2, initial_weights="small", batch_norm="before", use_bias=False),
    L.AveragePooling2D(),
    L.Dropout(rate=0.1),
    L.GlobalPooling2D(mode="max"),
    L.Dense(units=1024, activation="silu"),
)
OPTIMIZERS = tuple(
    kind(weight_decay=share, clip_norm=clip)
    for kind in members(Optimizer).values()
    for share, clip in ((0.0, 0.0), (0.02, 1.5))
)
PLATEAU = ReduceOnPlateau(factor=0.3)
SCHEDULES = (Constant(), PLATEAU, Cosine(final_share=0.1), OneCycle(final_divisor=1e8), Exponential())
POOL, TEST = mnist.training(), mnist.test()
FILE = Dataset(  # 400 images to train on, and among them 20 of the test set
    "train.csv",
    np.concatenate([POOL.images[:150], TEST.images[:20], POOL.images[150:400]]),
    np.concatenate([POOL.labels[:150], TEST.labels[:20], POOL.labels[150:400]]),
)
HOSTILE = '"""\\u0022 `\n# %% x\n<script>{{ 7*7 }}'


FOLDED = {"folds": 4, "fold": 2}
MORE = {
    "batch_doublings": (1, 2),
    "weight_averaging": {"momentum": 0.9},
    "continued": ({"after": 1, "planned": 2},),
}


@pytest.fixture(
    params=[
        pytest.param(({}, {}), id="plain", marks=pytest.mark.slow),
        pytest.param((FOLDED, MORE), id="more"),
        pytest.param(({}, MORE | {"kept_epoch": "last"}), id="last", marks=pytest.mark.slow),
        pytest.param(
            ({}, MORE | {"precision": "bfloat16"}), id="bfloat16", marks=[pytest.mark.slow, in_hardware]
        ),
    ]
)
def trained(store: RunStore, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run on an uploaded file, with all that makes a script hard to repeat, by Keras' own loop."""
    monkeypatch.setenv("DIGITS_PLAIN_FIT", "yes")
    record = add_pool(store, FILE)
    folds, more = request.param
    spec = RunSpec(
        layers=BLOCKS,
        optimizer=RMSprop(),
        schedule=OneCycle(),
        data=S.Data(source=record.fingerprint, images=380, validation_share=0.25, split_seed=5, **folds),
        augmentation=S.Augmentation(rotation=10, zoom=0.1, width_shift=0.1, shear=5, elastic=1, erasing=0.2),
        epochs=3,
        batch_size=64,
        early_stopping=S.EarlyStopping(patience=3),
        label_smoothing=0.1,
        seed=11,
    )
    run = store.create(RunSpec.model_validate(spec.model_dump() | more), HOSTILE)
    run_job(store, run.id)
    return store.get(run.id)


def write_files(folder: Path, test_images: int) -> None:
    (folder / "train.csv").write_text(kaggle_file(FILE))
    rows = TEST.images[:test_images].reshape(test_images, -1)
    pd.DataFrame(rows, columns=PIXELS).to_csv(folder / "test.csv", index=False)


def kaggle_file(dataset: Dataset) -> str:
    rows = np.column_stack([dataset.labels, dataset.images.reshape(len(dataset.images), -1)])
    return str(pd.DataFrame(rows, columns=COLUMNS).to_csv(index=False))


def first_images(label: int) -> str:
    """Return a train.csv of three images, all called `label`, so that files can be told apart."""
    return kaggle_file(Dataset("", POOL.images[:3], np.full(3, label, np.uint8)))


def code_cells(text: str) -> list[str]:
    return [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]


def code_of(cells: list[str], start: int = 0) -> str:
    """Return what cells say to Python, from a statement on: without comments and layout."""
    return ast.dump(ast.Module(ast.parse("\n".join(cells)).body[start:], []))


def example(spec: RunSpec, store: RunStore, dropped: int = 0) -> str:
    record = DatasetRecord("csv-0123456789abcdef", HOSTILE, 36_000, dropped, 0.0)
    return script(store.create(spec, HOSTILE), record if dropped else None)


def test_script_and_notebook_get_the_numbers_of_the_run(
    store: RunStore,
    trained: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delattr(keras.datasets.mnist, "load_data")
    monkeypatch.delattr(socket, "getaddrinfo")  # the way to any other machine
    write_files(tmp_path, test_images=50)
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "train_network.py"
    file.write_bytes(run_script(store, trained))
    ran = runpy.run_path(str(file), run_name="__main__")

    assert trained.results is not None
    assert "20 images are MNIST's test images and left out" in (said := capsys.readouterr().out)
    assert "400 images, the very same as the run's" in said
    assert ran["accuracy"] == pytest.approx(trained.results.val_accuracy, abs=1e-6)
    assert ran["kept"].epoch == trained.results.best_epoch
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        wanted = [getattr(point, name) for point in store.history(trained.id).epochs]
        np.testing.assert_allclose(ran["history"][name], wanted, atol=1e-6, rtol=0)
    model = keras.saving.load_model("model.keras")
    images = TEST.images[:50, ..., None] / np.float32(255)
    submission = pd.read_csv("submission.csv")
    assert list(submission["ImageId"]) == list(range(1, 51))
    assert list(submission["Label"]) == list(model.predict(images, verbose=0).argmax(axis=1))

    cells = code_cells(notebook(file.read_text()))
    assert code_of(cells) == code_of([file.read_text()], start=1)  # so that it needs no third training
    names: dict[str, Any] = {"__name__": "__main__"}  # a notebook knows no __file__
    for cell in cells[: next(place for place, cell in enumerate(cells) if "def folders" in cell) + 1]:
        exec(cell, names)
    np.testing.assert_array_equal(names["labels"], FILE.labels)


def test_the_script_needs_only_what_it_says_and_the_notebook_is_the_same_code(store: RunStore) -> None:
    text = example(PRESETS["final"].spec, store)
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {a.name for n in imports if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module).split(".")[0] for n in imports if isinstance(n, ast.ImportFrom)}
    assert names == {"math", "os", "zipfile", "pathlib", "keras", "numpy", "pandas", "sklearn"}
    value = json.loads(notebook(text))
    assert (value["nbformat"], value["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in value["cells"]}) == len(value["cells"])
    assert value["cells"][0]["source"].startswith("# Train the network of")
    assert code_of(code_cells(notebook(text))) == code_of([text], start=1)


def test_every_spec_makes_a_tidy_script(store: RunStore, small_spec: RunSpec, tmp_path: Path) -> None:
    specs = {name: preset.spec for name, preset in PRESETS.items()}
    specs["blocks"] = small_spec.model_copy(update={"layers": BLOCKS})
    for number, optimizer in enumerate(OPTIMIZERS):
        schedule = SCHEDULES[number % len(SCHEDULES)]
        changed = {"optimizer": optimizer, "schedule": schedule, "early_stopping": S.EarlyStopping()}
        specs[f"{number}-{optimizer.kind}"] = small_spec.model_copy(update=changed)
    specs["folds"] = small_spec.model_copy(update={"data": S.Data(folds=4, fold=2)})
    for name, augmentation in AUGMENTED.items():
        specs[f"augmented-{name}"] = small_spec.model_copy(update={"augmentation": augmentation})
        averaging = S.WeightAveraging()
        more = {"label_smoothing": 0.1, "batch_doublings": (1,), "weight_averaging": averaging}
        specs[f"{number}-{optimizer.kind}-more"] = small_spec.model_copy(update=changed | more)
    specs["last"] = small_spec.model_copy(update=more | {"kept_epoch": "last"})
    specs["bfloat16"] = small_spec.model_copy(update=more | {"precision": "bfloat16"})
    for number, (name, spec) in enumerate(specs.items()):
        (tmp_path / f"{name}.py").write_text(example(spec, store, dropped=number % 2 * 5916))
    for check in (("check", "--select=E,F,W,I,B,C4", "--ignore=E402"), ("format", "--check")):
        command = [sys.executable, "-m", "ruff", *check, "--isolated", "--line-length=110", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stdout


def test_the_script_builds_the_layers_and_the_optimizer_of_the_run(store: RunStore) -> None:
    for number, optimizer in enumerate(OPTIMIZERS):
        layers = ALL_LAYERS if number == 0 else (L.Flatten(),)
        spec = RunSpec(layers=layers, optimizer=optimizer)
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


AUGMENTED: dict[str, S.Augmentation] = {
    name: S.Augmentation(**{name: 0.3})
    for name, field in S.Augmentation.model_fields.items()
    if field.default == 0
}
AUGMENTED["all"] = S.Augmentation(**{name: limits(S.Augmentation, name)[1] / 3 for name in AUGMENTED})
AUGMENTED["none"] = S.Augmentation()


@pytest.mark.parametrize("name", AUGMENTED)
def test_the_script_augments_to_the_last_digit_as_the_run_does(
    store: RunStore, small_spec: RunSpec, name: str
) -> None:
    spec = small_spec.model_copy(update={"augmentation": AUGMENTED[name], "batch_size": 43, "seed": 6})
    names: dict[str, Any] = {}
    for cell in code_cells(notebook(example(spec, store))):
        if "import keras" in cell or "AUGMENTATION = [" in cell:
            exec(cell, names)
        if "class Batches" in cell:
            exec(cell.partition("\nbatches = ")[0], names)
    x, y = POOL.images[:100, ..., None] / np.float32(255), np.eye(10, dtype="float32")[POOL.labels[:100]]
    runs, scripts = Batches(x, y, 43, spec.augmentation, seed=6), names["Batches"](x, y)
    for _ in range(2):
        runs.on_epoch_begin()
        scripts.on_epoch_begin()
        for place in range(3):
            for mine, theirs in zip(scripts[place], runs[place], strict=True):
                np.testing.assert_array_equal(mine, theirs)


def said_of(run: Run, dataset: DatasetRecord | None = None) -> str:
    """Return the docstring of a run's script on one line."""
    return " ".join((ast.get_docstring(ast.parse(script(run, dataset))) or "").split())


def test_the_script_says_what_of_its_run_it_does_otherwise(store: RunStore, small_spec: RunSpec) -> None:
    run = store.create(small_spec.model_copy(update={"epochs": 9}), "net")
    assert "has not been measured yet" in said_of(run)
    store.end(run.id, RunStatus.STOPPED, "", Results(2, 0.1, 0.97, 100, 0.1, 0.96, 10_000))
    stopped, record = store.get(run.id), DatasetRecord("csv-0123456789abcdef", "mine.csv", 300, 0, 0.0)
    assert "of 0.9700 on 100 images. It was stopped before its end; this script trains to the end, nine" in (
        said_of(stopped)
    )
    assert "expect about the same until then, not exactly" in said_of(stopped)
    assert "Until then it gets the same numbers" in said_of(stopped, record)
    patient = stopped.spec.model_copy(update={"early_stopping": S.EarlyStopping()})
    assert "to the end, at most nine epochs" in said_of(replace(stopped, spec_json=patient.model_dump_json()))

    further = store.create(longer(longer(run.spec, 2, 4), 5, 1), "net, to epoch 6")
    store.end(further.id, RunStatus.FAILED)
    told = said_of(store.get(further.id), record)
    assert "whose status is failed, was not measured" in told
    assert "It was trained in parts: it went on after epochs 2 and 5. This script trains them all." in told
    assert "This script gets the same numbers" in told


def cell_of(store: RunStore, part: str, dropped: int = 0) -> str:
    text = notebook(example(RunSpec(layers=ALL_LAYERS), store, dropped))
    return next(cell for cell in code_cells(text) if part in cell)


@pytest.mark.parametrize(
    ("labels", "images", "share"),
    [
        (POOL.labels, 42_000, 0.1),
        (POOL.labels[:60], 60, 0.1),
        (POOL.labels[:60], 53, 0.3),
        (POOL.labels[:60], 25, 0.2),
        (np.arange(70, dtype=np.uint8) % 3, 70, 0.1),
        (np.array([4] * 9 + [7], np.uint8), 10, 0.5),
        (np.arange(10, dtype=np.uint8), 10, 0.1),
        (np.array([1, 1], np.uint8), 2, 0.1),
    ],
)
def test_the_script_splits_as_the_run_did_however_few_images_there_are(
    store: RunStore, labels: NDArray[np.uint8], images: int, share: float
) -> None:
    data = S.Data(images=images, validation_share=share, split_seed=5)
    cell, _ = cell_of(store, "def parted").split("def prepare")
    names: dict[str, Any] = {"np": np, "train_test_split": train_test_split, "labels": labels}
    names |= {"SPLIT_SEED": 5, "VALIDATION_SHARE": share, "IMAGES": images}
    exec(cell, names)
    for mine, runs in zip((names["train"], names["validation"]), split(labels, data), strict=True):
        np.testing.assert_array_equal(mine, runs)


@pytest.mark.parametrize(
    ("labels", "images", "folds"),
    [(POOL.labels, 42_000, 5), (POOL.labels[:60], 53, 3), (np.array([4] * 9 + [7], np.uint8), 10, 9)],
)
def test_the_script_makes_the_folds_of_the_run(
    store: RunStore, labels: NDArray[np.uint8], images: int, folds: int
) -> None:
    for fold in range(folds):
        data = S.Data(images=images, split_seed=5, folds=folds, fold=fold)
        cells = code_cells(notebook(example(RunSpec(layers=ALL_LAYERS, data=data), store)))
        settings = next(cell for cell in cells if "FOLDS, FOLD =" in cell)
        assert "VALIDATION_SHARE" not in "".join(cells)
        cell, _ = next(cell for cell in cells if "def parted" in cell).split("def prepare")
        names: dict[str, Any] = {"labels": labels}
        exec(settings, names)
        exec(cell, names)
        for mine, runs in zip((names["train"], names["validation"]), split(labels, data), strict=True):
            np.testing.assert_array_equal(mine, runs)


def test_images_of_the_test_set_are_known_without_them(store: RunStore) -> None:
    nearly = TEST.images[:50].copy()
    nearly[:, 14, 14] ^= 1
    images = np.concatenate([TEST.images[::-1], POOL.images, nearly])
    names: dict[str, Any] = {"np": np, "images": images, "labels": np.arange(len(images))}
    for part in ("import base64", "MNIST_TEST =", "LEAVE_OUT_MNIST_TEST ="):
        exec(cell_of(store, part, dropped=3), names)
    np.testing.assert_array_equal(names["labels"], np.arange(10_000, 70_050))


def test_what_is_data_is_folded_in_the_notebook(store: RunStore) -> None:
    text = notebook(example(RunSpec(layers=ALL_LAYERS), store, 3))
    folded = [cell["source"] for cell in json.loads(text)["cells"] if cell["metadata"]]
    assert [source[:14] for source in folded] == ['MNIST_TEST = "']
    assert len(text) < 120_000


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which kaggle/ stands for /kaggle/input, work/ is the current one; other data lie about."""
    for place in ("kaggle/a/train.csv", "kaggle/digit-recognizer-2", "work", "scripts"):
        (tmp_path / place).mkdir(parents=True)
    (tmp_path / "kaggle/titanic").mkdir()
    (tmp_path / "kaggle/titanic/train.csv").write_bytes("PassengerId,Prénom\n1,Zoé\n".encode("latin-1"))
    (tmp_path / "kaggle/digit-recognizer-2/train.csv").touch()
    (tmp_path / "work/digit-recognizer-0.zip").write_bytes(b"PK\x03\x04 interrupted")
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def run_data_cell(store: RunStore, places: Path) -> dict[str, Any]:
    code = cell_of(store, "def folders").replace("/kaggle/input", str(places / "kaggle"))
    names = {"Path": Path, "pd": pd, "zipfile": zipfile, "__file__": str(places / "scripts/run.py")}
    exec(code, names)
    return names


def put(path: Path, content: str) -> None:
    """Write a train.csv, or a zip that holds it beside another file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        path.write_text(content, encoding="utf-8")
        return
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("sample_submission.csv", "ImageId,Label\n1,0\n")
        archive.writestr("digits/train.csv", content)


@pytest.mark.parametrize(
    "place",
    [
        "kaggle/digit-recognizer/train.csv",
        "kaggle/competitions/digit-recognizer/train.csv",
        "kaggle/datasets/somebody/mnist/csv/train.csv",
        "work/train.csv",
        "work/data/train.csv",
        "work/digit-recognizer/train.csv",
        "work/train.csv.zip",
        "work/data/digit-recognizer (1).zip",
        "scripts/train.csv",
        "scripts/data/train.csv",
    ],
)
def test_the_script_finds_the_file(store: RunStore, places: Path, place: str) -> None:
    put(places / place, "\ufeff" + first_images(7).replace("\n", "\r\n"))
    names = run_data_cell(store, places)
    assert list(names["labels"]) == [7, 7, 7]
    np.testing.assert_array_equal(names["images"], POOL.images[:3])
    assert names["numbers"]("test.csv", PIXELS) is None


def test_the_competitions_own_file_goes_before_others_with_its_columns(store: RunStore, places: Path) -> None:
    order = [
        "kaggle/digit-recognizer/train.csv",
        "kaggle/competitions/digit-recognizer/train.csv",
        "work/data/train.csv",
        "work/train.csv",
        "scripts/train.csv",
        "kaggle/z/digit-recognizer/deep/train.csv",
        "kaggle/another-mnist/train.csv",
    ]
    for label, place in enumerate(order):
        put(places / place, first_images(label))
    for label, place in enumerate(order):
        assert list(run_data_cell(store, places)["labels"]) == [label] * 3
        (places / place).unlink()


def test_a_missing_file_costs_one_sentence(
    store: RunStore, places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(places / "work/train.csv", "label,pixel0\n1,0\n")
    with pytest.raises(SystemExit) as ended:
        run_data_cell(store, places)
    for part in (places / "kaggle", places / "work", "“Add Input”", "kaggle.com/competitions/"):
        assert str(part) in str(ended.value)
    start, _, passed = capsys.readouterr().out.strip().partition(": train.csv of ")
    assert start == "Passed over, because its columns are others"
    others = ("kaggle/digit-recognizer-2", "kaggle/titanic", "work")
    assert passed.split(", ") == [str(places / folder) for folder in others]


@pytest.mark.parametrize(("good", "bad"), [("7,0,0", "7,,0"), ("7,0,0", "7,300,0"), ("7,0,0", "7,x,0")])
def test_a_damaged_file_costs_one_sentence(store: RunStore, places: Path, good: str, bad: str) -> None:
    put(places / "work/train.csv", first_images(7).replace(good, bad, 1))
    with pytest.raises(
        SystemExit, match=r"train\.csv of .*work is damaged: expected rows of 785 whole numbers"
    ):
        run_data_cell(store, places)


def test_where_test_csv_is_missing_nothing_is_submitted(
    store: RunStore, places: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(places / "work/train.csv", first_images(7))
    names = run_data_cell(store, places)
    exec(cell_of(store, "submission.to_csv"), names)
    assert "Without Kaggle's test.csv, no submission.csv is written" in capsys.readouterr().out

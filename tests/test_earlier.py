"""What earlier versions saved and linked still opens and means the same, to the letter.

Each folder of `tests/earlier` holds what one version wrote, and what it said of it itself.
"""

import json
import shutil
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.analysis import frames
from core.analysis.predictions import Predictions
from core.analysis.units import Units
from core.data import mnist
from core.data.dataset import Dataset
from core.data.prepare import normalise
from core.export.archive import pack, unpack
from core.inference.networks import probabilities
from core.model.link import from_link, to_link
from core.model.seeds import without_seed
from core.model.specs import parse
from core.runs.artifacts import FRAMES, TEST, UNITS, VALIDATION
from core.runs.pools import load_pool
from core.runs.records import Run
from core.runs.store import RunStore
from core.sweeps.saved import definition
from core.training.job import run_job
from tests.earlier import FOLDER
from tests.earlier.specs import specs

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if (path / "specs.json").exists())
Facts = dict[str, Any]


def read(version: str, name: str) -> list[Facts]:
    rows: list[Facts] = json.loads((FOLDER / version / name).read_text(encoding="utf-8"))
    return rows


SPECS = [(version, row) for version in VERSIONS for row in read(version, "specs.json")]
RUNS = [(version, row) for version in VERSIONS for row in read(version, "runs.json")]
every_spec = pytest.mark.parametrize("row", [pytest.param(row, id=f"{v} {row['about']}") for v, row in SPECS])
every_run = pytest.mark.parametrize(
    ("version", "kept"), [pytest.param(v, row, id=f"{v} {row['run']['name']}") for v, row in RUNS]
)
every_version = pytest.mark.parametrize("version", VERSIONS)


def opened(version: str, folder: Path) -> RunStore:
    """Return a copy of the store that a version left, opened by this one."""
    path = folder / "earlier.sqlite"
    shutil.copyfile(FOLDER / version / "runs.sqlite", path)
    return RunStore(f"sqlite:///{path}")


def assert_within(old: Any, new: Any, place: str = "") -> None:
    """Fail unless all that was known is as it was; a value may have more fields by now."""
    if isinstance(old, dict):
        for key, value in old.items():
            assert key in new, f"{place}.{key} is gone"
            assert_within(value, new[key], f"{place}.{key}")
    elif isinstance(old, list):
        assert len(old) == len(new), place
        for at, (one, other) in enumerate(zip(old, new, strict=True)):
            assert_within(one, other, f"{place}.{at}")
    else:
        assert (old, type(old)) == (new, type(new)), place


def plain(value: Any) -> Any:
    """Return dataclasses and tuples as JSON has them."""
    return json.loads(json.dumps(value))


def test_what_is_kept_has_every_field_at_and_off_its_default() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for _, row in SPECS:
        values = json.loads(row["json"])
        for part in (*values["layers"], values["optimizer"], values["schedule"]):
            for field, value in part.items():
                seen[f"{part['kind']}.{field}"].add(json.dumps(value))
        for name in ("data", "augmentation"):
            for field, value in values[name].items():
                seen[f"{name}.{field}"].add(json.dumps(value))
        for name in ("epochs", "batch_size", "early_stopping", "seed"):
            seen[name].add(json.dumps(values[name]))
    assert len(seen) > 60
    assert [field for field, values in seen.items() if len(values) < 2 and not field.endswith(".kind")] == []


def test_the_configurations_of_the_last_version_are_still_the_ones_that_are_made() -> None:
    """A preset may become another one; what was saved of it still opens as it was."""
    kept = {row["about"]: parse(row["json"]) for row in read(VERSIONS[-1], "specs.json")}
    made = {about: spec for about, spec in specs() if not about.startswith("preset ")}
    assert {about: spec for about, spec in kept.items() if not about.startswith("preset ")} == made


@every_spec
def test_an_earlier_configuration_has_every_value_it_had(row: Facts) -> None:
    spec = parse(row["json"])
    assert_within(json.loads(row["json"]), json.loads(spec.to_json()))
    assert parse(spec.to_json()) == spec


@every_spec
def test_an_earlier_link_is_the_link_of_what_it_opens(row: Facts) -> None:
    assert from_link(row["link"]) == parse(row["json"])
    assert to_link(parse(row["json"])) == row["link"]


@every_version
def test_what_was_a_repeat_over_seeds_still_is_one_and_nothing_else_is(version: str) -> None:
    rows = read(version, "specs.json")
    bare = [without_seed(parse(row["json"])) for row in rows]
    for one, row in zip(bare, rows, strict=True):
        assert [one == other for other in bare] == [row["recipe"] == other["recipe"] for other in rows]


@every_version
def test_an_earlier_store_opens_with_all_its_runs_and_groups(version: str, tmp_path: Path) -> None:
    store = opened(version, tmp_path)
    rows = read(version, "runs.json")
    assert [run.id for run in store.runs()] == [row["run"]["id"] for row in reversed(rows)]
    for row in rows:
        assert_within(row["run"], plain(asdict(store.get(row["run"]["id"]))))
    groups = {group.id: group for group in store.groups()}
    kept = read(version, "groups.json")
    assert len(groups) == len(kept)
    for group in kept:
        assert_within(group, plain(asdict(groups[group["id"]])))


@every_version
def test_an_earlier_sweep_varies_what_it_varied(version: str, tmp_path: Path) -> None:
    (group,) = opened(version, tmp_path).groups("sweep")
    sweep = definition(group)
    assert_within(group.definition, sweep.model_dump(mode="json"))
    assert [parameter.path for parameter in sweep.parameters] == [
        "optimizer.learning_rate",
        "layers.0.filters",
        "layers.0.batch_norm",
        "optimizer.kind",
    ]


@every_run
def test_an_earlier_runs_curves_and_predictions_are_as_they_were(
    version: str, kept: Facts, tmp_path: Path
) -> None:
    store, run_id = opened(version, tmp_path), kept["run"]["id"]
    history = store.history(run_id)
    assert {key: column.tolist() for key, column in vars(history.steps).items()} == kept["steps"]
    assert_within(kept["epochs"], [asdict(point) for point in history.epochs])
    assert store.artifact_names(run_id) == kept["artifacts"]
    assert_predictions(store, store.get(run_id), kept)
    assert Units.from_bytes(store.artifact(run_id, UNITS) or b"")
    epochs = [frame.epoch for frame in frames.from_bytes(store.artifact(run_id, FRAMES) or b"")]
    assert set(epochs) == {point["epoch"] for point in kept["epochs"]}


def assert_predictions(store: RunStore, run: Run, kept: Facts) -> None:
    answers = Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"")
    assert answers.index.tolist() == kept["validation"]["index"]
    assert answers.labels.tolist() == kept["validation"]["labels"]
    np.testing.assert_allclose(answers.probabilities, kept["validation"]["probabilities"], atol=1e-6)
    assert run.results is not None
    assert answers.accuracy == run.results.val_accuracy
    tested = Predictions.from_bytes(store.artifact(run.id, TEST) or b"")
    assert (len(tested.labels), tested.accuracy) == (run.results.test_images, run.results.test_accuracy)


def assert_answers(store: RunStore, run: Run, pool: Dataset, kept: Facts) -> None:
    """Fail unless a run's network answers its validation images as it did."""
    images = normalise(pool.images[kept["validation"]["index"]])
    answers = probabilities(store.url, run.id, run.ended_at or 0.0, images)
    np.testing.assert_allclose(answers, kept["validation"]["probabilities"], atol=1e-4)


@every_run
def test_an_earlier_network_answers_as_it_did(version: str, kept: Facts, tmp_path: Path) -> None:
    store = opened(version, tmp_path)
    run = store.get(kept["run"]["id"])
    assert_answers(store, run, load_pool(store, run.spec.data.source), kept)


@every_run
def test_an_earlier_run_trained_anew_gives_the_same_numbers(
    version: str, kept: Facts, tmp_path: Path
) -> None:
    """Other ways to add up change these numbers by 0.1% at most; other random numbers a loss by 20%."""
    store = opened(version, tmp_path)
    run = store.create(store.get(kept["run"]["id"]).spec, "again")
    run_job(store, run.id)
    history = store.history(run.id)
    np.testing.assert_allclose(history.steps.loss, kept["steps"]["loss"], rtol=0.01)
    for key in ("loss", "val_loss", "learning_rate"):
        old, new = [e[key] for e in kept["epochs"]], [getattr(e, key) for e in history.epochs]
        np.testing.assert_allclose(new, old, rtol=0.01, err_msg=key)


@every_version
def test_an_earlier_archive_is_imported_whole(version: str, store: RunStore) -> None:
    kept = read(version, "runs.json")[1]
    run = unpack(store, (FOLDER / version / "run.zip").read_bytes())
    same = ("name", "preset", "tags", "status", "message", "parameters", "results", "created_at", "data")
    assert_within({key: kept["run"][key] for key in same}, plain(asdict(run)))
    assert not run.doubt
    assert_within(json.loads(kept["run"]["spec_json"]), json.loads(run.spec_json))
    assert_predictions(store, run, kept)
    pool = load_pool(store, run.spec.data.source)
    assert np.array_equal(pool.images, mnist.training().images[1000:1120])
    assert_answers(store, run, pool, kept)


@every_version
def test_what_this_version_exports_of_an_earlier_run_comes_back(version: str, tmp_path: Path) -> None:
    store = opened(version, tmp_path)
    for kept in read(version, "runs.json"):
        again = unpack(store, pack(store, kept["run"]["id"]))
        assert again.spec == store.get(kept["run"]["id"]).spec
        assert_predictions(store, again, kept)

"""Runs that come along: small, true to what was trained, made by one command that can be broken off."""

import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, log_loss

from core.analysis.predictions import Predictions
from core.data import mnist
from core.data.prepare import normalise
from core.errors import DataError
from core.export.archive import unpack
from core.export.bundle import SMALLEST, rounded
from core.home import ASSETS
from core.inference.ensemble import answers
from core.inference.networks import probabilities
from core.model import layers as L
from core.model.experiments import EXPERIMENTS
from core.model.specs import Data, RunSpec
from core.runs.artifacts import FRAMES, MODEL, TEST, VALIDATION
from core.runs.records import Run
from core.runs.store import RunStore, open_store
from core.terminal import bundling, reproduce
from core.terminal.main import main

BUNDLE = sorted((ASSETS / "runs").glob("*.zip"))
TINY = RunSpec(layers=(L.Flatten(), L.Dense(units=4)), data=Data(images=200), epochs=1)


def kept(store: RunStore, run: Run, name: str) -> Predictions:
    content = store.artifact(run.id, name)
    assert content is not None
    return Predictions.from_bytes(content)


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 30))
@settings(max_examples=30, deadline=None)
def test_rounded_predictions_read_the_same_digits_with_nearly_the_same_loss(seed: int, sharp: float) -> None:
    rng = np.random.default_rng(seed)
    scores = sharp * rng.normal(size=(50, 10))
    p = (np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)).astype(np.float32)
    exact = Predictions(np.arange(50), rng.integers(0, 10, 50).astype(np.uint8), p)
    short = rounded(exact)
    assert (short.predicted == exact.predicted).all()
    assert short.loss == pytest.approx(exact.loss, abs=1e-3)
    assert np.allclose(short.probabilities, p, rtol=1 / 2_000, atol=SMALLEST)


def test_rounding_does_not_part_two_digits_that_are_as_good_as_equal() -> None:
    p = np.zeros((1, 10), np.float32)
    p[0, [3, 8]] = 0.49999, 0.50001
    assert rounded(Predictions(np.arange(1), np.array([3], np.uint8), p)).predicted == [8]


def test_every_bundled_run_imports_and_its_predictions_give_the_numbers_it_claims(store: RunStore) -> None:
    for path in BUNDLE:
        run = unpack(store, path.read_bytes())
        name, seed, device = path.stem.rsplit("-", 2)
        assert run.spec == EXPERIMENTS[name].spec.model_copy(update={"seed": int(seed[4:])}), path.name
        assert run.environment["device"] == device
        assert run.results is not None
        for part, loss, accuracy in (
            (VALIDATION, run.results.val_loss, run.results.val_accuracy),
            (TEST, run.results.test_loss, run.results.test_accuracy),
        ):
            said = kept(store, run, part)
            assert accuracy_score(said.labels, said.predicted) == pytest.approx(accuracy, abs=1e-12)
            rows = said.probabilities.astype(np.float64)
            exact = log_loss(said.labels, rows / rows.sum(axis=1, keepdims=True), labels=range(10))
            assert exact == pytest.approx(loss, abs=2e-3), path.name
        assert run.spec.epochs == len(store.history(run.id).epochs)


@pytest.mark.parametrize("name", [name for name, one in EXPERIMENTS.items() if one.with_weights])
def test_a_bundled_network_gives_the_predictions_that_came_along(store: RunStore, name: str) -> None:
    path = next(path for path in BUNDLE if path.name.startswith(f"{name}-seed0"))
    run = unpack(store, path.read_bytes())
    said = kept(store, run, TEST)
    images = normalise(mnist.test().images[:200])
    answer = probabilities(store.url, run.id, run.ended_at or 0.0, images)
    assert np.allclose(answer, said.probabilities[:200], atol=2e-3)


def test_reproduce_writes_a_run_a_seed_and_leaves_alone_what_is_done_or_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny = replace(EXPERIMENTS["quick-start"], name="tiny", spec=TINY, with_weights=True)
    half = replace(tiny, name="half", spec=TINY.model_copy(update={"precision": "bfloat16"}))
    monkeypatch.setattr(reproduce, "EXPERIMENTS", {"half": half, "tiny": tiny})
    monkeypatch.setattr("core.processor.told", dict)  # so that half of them cannot be trained here
    to = tmp_path / "new" / "bundle"
    words = ["reproduce", "--seeds", "2", "--resume", "--to", str(to)]
    assert main(words) == 0
    first = {path.name: path.read_bytes() for path in to.iterdir()}
    assert sorted(first) == ["tiny-seed0-cpu.zip", "tiny-seed1-cpu.zip"]
    told, left_out = (text.splitlines() for text in capsys.readouterr())
    assert [line.split()[0] for line in told] == sorted(first)
    assert "half is left out. The processor here does not multiply in bfloat16" in left_out[0]

    (to / "tiny-seed1-cpu.zip").unlink()  # what a kill leaves behind
    (to / "tiny-seed1-cpu.part").write_bytes(b"half of it")
    assert main(words) == 0
    assert (to / "tiny-seed0-cpu.zip").read_bytes() == first["tiny-seed0-cpu.zip"]
    assert {path.name for path in to.iterdir()} == set(first)
    assert len(open_store().runs()) == 3

    members = [set(zipfile.ZipFile(to / name).namelist()) for name in sorted(first)]
    heavy = {f"artifacts/{MODEL}", f"artifacts/{FRAMES}"}
    assert [heavy & names for names in members] == [heavy, set()]


def test_reproduce_keeps_what_a_network_says_by_copies_of_the_images_beside_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = replace(EXPERIMENTS["quick-start"], name="tiny", spec=TINY, copies=2)
    monkeypatch.setattr(reproduce, "EXPERIMENTS", {"tiny": tiny})
    assert main(["reproduce", "--seeds", "1", "--to", str(tmp_path)]) == 0
    store = open_store()
    run = store.runs()[0]
    with zipfile.ZipFile(tmp_path / "copies" / "tiny-seed0-cpu.zip") as beside:
        said = {part: Predictions.from_bytes(beside.read(f"artifacts/{part}")) for part in (VALIDATION, TEST)}
    for part, predictions in said.items():
        assert np.array_equal(predictions.index, kept(store, run, part).index)
        assert np.array_equal(predictions.labels, kept(store, run, part).labels)
    expected = answers(store.url, run.id, run.ended_at or 0.0, mnist.test().images[:200], 2)
    assert np.array_equal(said[TEST].predicted[:200], expected.argmax(axis=1))
    assert np.allclose(said[TEST].probabilities[:200], expected, atol=2e-3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--only", "4conv"], "There is no experiment “4conv”; choose one of quick-start, "),
        (["--seeds", "0"], "--seeds is 0, expected 1 to 20."),
    ],
)
def test_what_reproduce_cannot_do_is_one_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reproduce", "--to", str(tmp_path / "none"), *words]) == 1
    assert capsys.readouterr().err.startswith(sentence)
    assert not (tmp_path / "none").exists()


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be made a folder"):
        bundling.bundle_folder(tmp_path / "file")

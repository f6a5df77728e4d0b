"""The presentation and what came out here: bundled runs, claims, and every place that quotes them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_ind

from core.analysis.claims import Outcome, judged
from core.export.bundle import BundledRun, bundle, files, fill, showcase
from core.export.numbers import HEAD, numbers
from core.home import BUNDLE, PROJECT
from core.model.experiments import CLAIMS, EXPERIMENTS
from core.model.presets import PRESETS
from core.runs.artifacts import MODEL, TEST
from core.runs.records import EpochPoint
from core.runs.store import RunStore


def by_experiment() -> dict[str, list[BundledRun]]:
    found: dict[str, list[BundledRun]] = {}
    for run in bundle():
        found.setdefault(run.experiment.name, []).append(run)
    return found


def test_the_bundle_holds_every_experiment_with_three_seeds_or_more_in_ten_megabytes() -> None:
    seeds = {name: len({run.seed for run in runs}) for name, runs in by_experiment().items()}
    assert list(seeds) == list(EXPERIMENTS)
    assert min(seeds.values()) >= 3
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) < 10_000_000


def test_every_bundled_run_is_of_its_experiment_but_for_the_seed(store: RunStore) -> None:
    fill(store)
    for run in bundle():
        spec = store.get(run.id).spec
        assert spec == run.experiment.spec.model_copy(update={"seed": run.seed})


def test_a_new_store_is_filled_once_with_the_same_ids_everywhere_and_nobody_owns_them(
    store: RunStore, tmp_path: Path
) -> None:
    assert store.is_new()
    assert fill(store) == len(bundle()) == 44
    assert not store.is_new()
    assert fill(store) == 0
    runs = store.runs()
    assert {run.id for run in runs} == {run.id for run in bundle()}
    assert all(run.is_bundled and run.number is None and run.results and not run.doubt for run in runs)
    assert store.create(runs[0].spec, "mine").number == 1
    assert store.runs()[0].name == "mine"
    weights = [run.id for run in runs if MODEL in store.artifact_names(run.id)]
    assert set(weights) == set(list(showcase())[:2])
    assert all(TEST in store.artifact_names(run.id) for run in runs)


def test_a_damaged_file_of_the_bundle_is_left_out_and_the_rest_is_there(
    store: RunStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path, experiment, seed, _ in files():
        if experiment.name == "4conv2d-tanh" and seed < 2:
            shutil.copy(path, tmp_path)
    (tmp_path / "4conv2d-tanh-seed1-gpu.zip").write_bytes(b"PK nothing")
    assert fill(store, tmp_path) == 1
    assert "4conv2d-tanh-seed1-gpu.zip was left out" in caplog.text


def test_the_readme_and_the_presets_quote_the_bundle() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert numbers(bundle()) + "\n\n" in readme
    assert readme.count(HEAD) == 1
    for name, runs in by_experiment().items():
        if EXPERIMENTS[name].reported:
            mean = np.mean([run.val_accuracy for run in runs])
            assert f"{100 * mean:.2f} % in the mean over {len(runs)} seeds" in PRESETS[name].description


@dataclass(frozen=True)
class Made:
    """A run made by hand."""

    val_accuracy: float
    test_accuracy: float = 0.9
    epochs: tuple[EpochPoint, ...] = (EpochPoint(1, 1, 0.1, 0.9, 0.2, 0.95, 0.001, 1.0),)
    id: str = "made"


def made(*accuracies: float) -> list[Made]:
    return [Made(accuracy) for accuracy in accuracies]


@pytest.mark.parametrize(
    ("second", "outcome"),
    [
        ((0.9925, 0.9926, 0.9927, 0.9924), Outcome.HOLDS),
        ((0.9885, 0.9886, 0.9887, 0.9884), Outcome.FAILS),  # the other way round
        ((0.9905, 0.9906, 0.9907, 0.9904), Outcome.FAILS),  # no difference, and +0.21 points are far outside
        ((0.9955, 0.9865, 0.9935, 0.9885), Outcome.OPEN),  # too noisy to say
        ((0.9925,), Outcome.OPEN),
    ],
)
def test_a_claim_is_judged_by_its_test_and_by_what_was_reported(
    second: tuple[float, ...], outcome: Outcome
) -> None:
    runs = {
        "4conv2d-rmsprop": made(0.9904, 0.9905, 0.9906, 0.9907),
        "4conv2d-bn-rmsprop": made(*second),
    }
    assert judged(runs, "validation")[0].outcome is outcome


def test_the_p_values_are_welchs_after_holms_correction() -> None:
    runs = by_experiment()
    pairs = [claim.experiments for claim in CLAIMS[:3]]
    raw = [
        ttest_ind(*([run.val_accuracy for run in runs[name]] for name in pair), equal_var=False).pvalue
        for pair in pairs
    ]
    gaps = [[run.epochs[-1].val_loss - run.epochs[-1].loss for run in runs[n]] for n in CLAIMS[3].experiments]
    raw.append(ttest_ind(*gaps, equal_var=False).pvalue)
    order = np.argsort(raw)
    corrected = np.maximum.accumulate(np.array(raw)[order] * np.arange(len(raw), 0, -1))
    wanted = dict(zip(order.tolist(), np.minimum(corrected, 1), strict=True))
    for place, one in enumerate(judged(runs, "validation")[:4]):
        p = wanted[place]
        assert (f"p = {p:.4f}" if p < 0.1 else f"p = {p:.2f}") in one.evidence


def test_a_network_that_never_learns_and_one_that_does_settle_the_claim_about_gradients() -> None:
    outcomes = {one.claim.statement: one.outcome for one in judged(by_experiment(), "test")}
    assert outcomes["Sigmoid: the gradients vanish"] is Outcome.HOLDS
    assert outcomes["Tanh: the gradients vanish"] is Outcome.FAILS

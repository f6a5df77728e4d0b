"""The presentation and what came out here: bundled runs, claims, and every place that quotes them."""

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_ind
from statsmodels.api import OLS

from core.analysis.claims import Outcome, judged
from core.analysis.further import further
from core.analysis.predictions import Predictions
from core.analysis.significance import difference, flips
from core.errors import StoreError
from core.export.bundle import BundledRun, bring, bundle, files, fill, run_id, showcase
from core.export.numbers import HEAD, numbers
from core.export.repeats import repeats
from core.home import BUNDLE, PROJECT
from core.model.experiments import CLAIMS, EXPERIMENTS
from core.model.presets import PRESETS
from core.model.specs import RunSpec
from core.runs.artifacts import MODEL, TEST, VALIDATION
from core.runs.records import EpochPoint
from core.runs.store import RunStore, open_store
from pages.shared.services import open_up


def by_experiment() -> dict[str, tuple[BundledRun, ...]]:
    """Return the runs that are quoted of each experiment: those on one kind of device."""
    return {name: found.runs for name, found in repeats(bundle()).items()}


def test_the_bundle_holds_every_experiment_with_four_seeds_or_more_in_twelve_megabytes() -> None:
    seeds = {name: len({run.seed for run in runs}) for name, runs in by_experiment().items()}
    assert list(seeds) == list(EXPERIMENTS)
    assert min(seeds.values()) >= 4
    assert sum(path.stat().st_size for path in BUNDLE.iterdir()) < 12_000_000


def test_a_new_store_is_filled_once_with_the_same_ids_everywhere_and_nobody_owns_them(
    store: RunStore, tmp_path: Path
) -> None:
    assert store.is_new()
    assert fill(store) == len(bundle())
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


@pytest.mark.parametrize("word", ["no", " NO\n", "False", "0"])
def test_who_wants_no_runs_that_come_along_may_say_so_in_many_ways(
    word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DIGITS_BUNDLED_RUNS", word)
    open_up()
    assert open_store().is_new()


def test_a_damaged_file_of_the_bundle_is_left_out_and_the_rest_is_there(
    store: RunStore, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for path, experiment, seed, _ in files():
        if experiment.name == "4conv2d-tanh" and seed < 2:
            shutil.copy(path, tmp_path)
    (tmp_path / "4conv2d-tanh-seed1-gpu.zip").write_bytes(b"PK nothing")
    assert fill(store, tmp_path) == 1
    assert "4conv2d-tanh-seed1-gpu.zip was left out" in caplog.text


def test_runs_for_which_there_was_no_room_come_when_there_is_and_deleted_ones_do_not(
    store: RunStore, tmp_path: Path
) -> None:
    few, whole = tmp_path / "few", tmp_path / "whole"
    three = [path for path, experiment, *_ in files() if experiment.name == "4conv2d-tanh"][:3]
    for folder, paths in ((few, three[:2]), (whole, three)):
        folder.mkdir()
        for path in paths:
            shutil.copy(path, folder)
    assert bring(store, few) == 2
    assert bring(store, whole) == 1
    assert bring(store, whole) == 0
    store.delete([run_id(three[0].read_bytes())])
    assert bring(store, whole) == 0
    own = store.create(store.runs()[0].spec, "mine")
    assert bring(store, whole) == 0
    assert own in store.runs()


def test_a_store_without_bundled_runs_is_not_given_any_later(
    store: RunStore, tmp_path: Path, small_spec: RunSpec
) -> None:
    """They were not wanted when it was new."""
    store.create(small_spec, "mine")
    assert bring(store) == 0


def test_a_store_that_takes_no_run_is_not_asked_to_take_the_others(
    store: RunStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def full(*_: object) -> None:
        tried.append(1)
        raise StoreError("The store of runs cannot be used: the disk is full.")

    monkeypatch.setattr("core.export.bundle.unpack", full)
    assert fill(store) == 0
    assert len(tried) == len(caplog.records) == 1
    assert "on all were left out: The store of runs cannot be used: the disk is full." in caplog.text


def test_the_readme_and_the_presets_quote_the_bundle() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert numbers(bundle()) + "\n\n" in readme
    assert readme.count(HEAD) == 1
    assert f"Its {len(bundle())} runs come along" in readme
    for name, runs in by_experiment().items():
        if EXPERIMENTS[name].reported:
            mean = np.mean([run.val_accuracy for run in runs])
            assert f"{100 * mean:.2f}% in the mean over {len(runs)} seeds" in PRESETS[name].description


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


@pytest.mark.parametrize(
    ("first", "outcome"),
    [
        ((0.80, 0.81, 0.82), Outcome.HOLDS),
        ((0.95, 0.96, 0.97), Outcome.FAILS),
        ((0.70, 0.9, 0.99), Outcome.OPEN),
    ],
)
def test_convergence_is_judged_by_the_course_and_not_by_the_best(
    first: tuple[float, ...], outcome: Outcome
) -> None:
    def at(accuracy: float, best: float) -> Made:
        points = (
            EpochPoint(epoch, epoch, 0.1, 0.9, 0.2, value, 0.001, 1.0)
            for epoch, value in ((1, accuracy), (2, best))
        )
        return Made(best, epochs=tuple(points))

    runs = {
        "quick-start": [at(accuracy, 0.98) for accuracy in (0.90, 0.91, 0.92)],
        "quick-start-0-255": [at(accuracy, 0.99) for accuracy in first],
    }
    one = next(one for one in judged(runs, "test") if "0…255" in one.claim.statement)
    assert one.outcome is outcome
    assert f"accuracy {(np.mean(first) + 0.99) / 2:.2%} against 94.50% in the mean" in one.evidence
    assert f"{np.mean(first):.2%} against 91.00% after the first" in one.evidence
    assert "99.00% against 98.00% after the last" in one.evidence


def test_one_more_repeat_is_expected_where_a_regression_on_a_constant_predicts_it() -> None:
    values = np.array([0.9928, 0.9931, 0.9934, 0.9930, 0.9932])
    low, high = OLS(values, np.ones(5)).fit().get_prediction([1.0]).conf_int(obs=True)[0]
    found = further(values, [0.9940])
    assert found.difference == pytest.approx(0.0009)
    assert (values.mean() - found.within, values.mean() + found.within) == pytest.approx((low, high))
    assert found.agrees == (low <= 0.9940 <= high)
    assert further(values, [0.9940] * 4).within == pytest.approx(found.within * (9 / 20 / (6 / 5)) ** 0.5)


def test_means_are_over_the_device_with_most_seeds_and_the_other_is_told_beside_them() -> None:
    gpu = by_experiment()["4conv2d-adam"]
    near, far = (
        replace(gpu[0], device="cpu", results=gpu[0].results.model_copy(update={"val_accuracy": accuracy}))
        for accuracy in (0.9950, 0.9850)
    )
    (found,) = repeats([near, *gpu]).values()
    assert (found.runs, found.others) == (gpu, (near,))
    assert found.agreement("validation").endswith("that is inside")
    (found,) = repeats([*gpu, far]).values()
    assert found.agreement("validation").endswith("that is outside")
    mean = np.mean([run.val_accuracy for run in gpu])
    assert found.agreement("validation").startswith(
        f"{98.5 - 100 * mean:+.2f} points from the mean of the GPU"
    )
    table = numbers([*gpu, far])
    assert "| 5 | GPU" in table
    assert "| .9850 | " in table
    assert "Another kind of device, `4conv2d-adam` on a CPU: validation -" in table
    assert repeats(gpu)["4conv2d-adam"].agreement("test") == ""


def test_every_run_of_the_bundle_is_quoted_once() -> None:
    found = repeats(bundle())
    assert all(len({run.device for run in one.runs}) == 1 for one in found.values())
    assert sorted(run.id for one in found.values() for run in one.every) == sorted(run.id for run in bundle())


def test_a_cpu_and_a_gpu_cannot_be_told_apart_image_by_image(store: RunStore) -> None:
    both = repeats(bundle())["2conv2d-bn-rmsprop"]
    assert ([run.device for run in both.runs], [run.device for run in both.others]) == (["gpu"] * 5, ["cpu"])
    assert (on_test := both.elsewhere("test")) is not None
    assert on_test.agrees
    fill(store)
    for name in (VALIDATION, TEST):
        one, other = (
            Predictions.from_bytes(store.artifact(run.id, name) or b"")
            for run in (both.runs[0], both.others[0])
        )
        found = difference(flips(one, other))
        assert found.low <= 0 <= found.high
        assert not found.is_real


def test_the_p_values_are_welchs_after_holms_correction() -> None:
    runs = by_experiment()
    measures = [lambda run: run.val_accuracy] * 3
    measures += [
        lambda run: run.epochs[-1].val_loss - run.epochs[-1].loss,
        lambda run: np.mean([point.val_accuracy for point in run.epochs]),
    ]
    raw = [
        ttest_ind(
            *([measure(run) for run in runs[name]] for name in claim.experiments), equal_var=False
        ).pvalue
        for claim, measure in zip(CLAIMS, measures, strict=False)
    ]
    order = np.argsort(raw)
    corrected = np.maximum.accumulate(np.array(raw)[order] * np.arange(len(raw), 0, -1))
    wanted = dict(zip(order.tolist(), np.minimum(corrected, 1), strict=True))
    for place, one in enumerate(judged(runs, "validation")[:5]):
        p = wanted[place]
        told = "p < 0.0001" if p < 0.0001 else f"p = {p:.4f}" if p < 0.1 else f"p = {p:.2f}"
        assert told in one.evidence


def test_a_network_that_never_learns_and_one_that_does_settle_the_claim_about_gradients() -> None:
    outcomes = {one.claim.statement: one.outcome for one in judged(by_experiment(), "test")}
    assert outcomes["Sigmoid: the gradients vanish"] is Outcome.HOLDS
    assert outcomes["Tanh: the gradients vanish"] is Outcome.FAILS

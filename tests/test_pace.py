"""How soon a network gets how good, against cases worked by hand; and what came of other splits."""

import re
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import accuracy_score

from benchmarks.pace import chosen
from core.analysis.predictions import Predictions
from core.export.bundle import COPIES, bundle, files
from core.export.pace import FILE, LEVELS, paces
from core.export.repeats import repeats
from core.export.splits import OtherSplit, csv, other_splits, told
from core.export.together import together, with_copies
from core.home import BUNDLE
from core.model.experiments import EXPERIMENTS
from core.model.presets import PRESETS

BUNDLED = repeats(bundle())
MEASURED = """# Any unit.
experiment,time,least,most
final,8.0,7.0,9.0
2conv2d-bn-rmsprop,2.0,1.0,3.0
no-such-experiment,1.0,1.0,1.0
"""


def test_a_time_is_the_epochs_until_the_mean_over_seeds_is_there_as_a_share_of_thirty_final_ones(
    tmp_path: Path,
) -> None:
    file = tmp_path / "times.csv"
    file.write_text(MEASURED)
    small, final = paces(BUNDLED, file)
    assert (small.experiment.name, final.experiment.name) == ("2conv2d-bn-rmsprop", "final")
    assert (small.parameters, final.parameters) == (825_354, 888_298)
    assert (small.whole, final.whole) == (0.25, 1.0)
    for found in (small, final):
        runs = BUNDLED[found.experiment.name].runs
        for level, epochs, time in zip(LEVELS, found.epochs, found.times, strict=True):
            curves = np.array([[epoch.val_accuracy for epoch in run.epochs] for run in runs])
            means = [float(mean) for mean in curves.mean(axis=0)]
            if epochs is None:
                assert max(means) < level
                assert time is None
            else:
                assert means[epochs - 1] >= level > max([0.0, *means[: epochs - 1]])
                assert time == pytest.approx(epochs / 30 * (0.25 if found is small else 1.0))


def test_without_a_measurement_there_is_no_pace(tmp_path: Path) -> None:
    assert paces(BUNDLED, tmp_path / "none.csv") == []


def test_every_experiment_was_measured() -> None:
    assert [pace.experiment.name for pace in paces(BUNDLED, FILE)] == list(EXPERIMENTS)


def test_what_trains_in_bfloat16_is_measured_only_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ["quick-start", "quick-start-bfloat16", "final"]
    monkeypatch.setattr("core.processor.told", lambda: {"flags": "avx2 avx512f"})
    assert chosen(names) == (["quick-start", "final"], ["quick-start-bfloat16"])
    assert chosen([])[1] == ["quick-start-bfloat16"]
    monkeypatch.setattr("core.processor.told", lambda: {"flags": "avx2 avx512f avx512_bf16"})
    assert chosen(names) == (names, [])


@pytest.mark.parametrize("name", ["fast-99-5", "fast-99-6"])
def test_fast_presets_quote_their_time_and_their_mean(name: str) -> None:
    (pace,) = [pace for pace in paces(BUNDLED, FILE) if pace.experiment.name == name]
    mean = np.mean([run.val_accuracy for run in BUNDLED[name].runs])
    description = PRESETS[name].description
    assert f"in {100 * pace.whole:.0f}% of the final network's time" in description
    assert f"{100 * mean:.2f}% in the mean over {len(BUNDLED[name].runs)} seeds" in description
    assert mean >= float(name.removeprefix("fast-").replace("-", ".")) / 100


@pytest.mark.parametrize("name", ["lenet-5", "keras-example"])
def test_classics_quote_their_mean(name: str) -> None:
    runs = BUNDLED[name].runs
    mean = np.mean([run.val_accuracy for run in runs])
    assert f"{100 * mean:.2f}% in the mean over {len(runs)} seeds" in PRESETS[name].description


def test_the_table_of_other_splits_is_written_as_it_is_read_and_told_in_words(tmp_path: Path) -> None:
    runs = [
        OtherSplit("fast-99-5", 1, 2, "cpu", 6, 0.9950, 0.9960, 70.5),
        OtherSplit("fast-99-5", 0, 1, "gpu", 5, 0.9940, 0.9950, 10.0),
        OtherSplit("fast-99-5", 0, 2, "cpu", 6, 0.9930, 0.9950, 71.0),
    ]
    (tmp_path / "other-splits.csv").write_text(csv(runs))
    assert other_splits(tmp_path) == [runs[1], runs[2], runs[0]]
    assert told(EXPERIMENTS["fast-99-5"], tmp_path) == (
        "split 1: validation 99.40%, test 99.50% (one seed, GPU); "
        "split 2: validation 99.40%, test 99.55% (two seeds, CPU)"
    )
    assert told(EXPERIMENTS["final"], tmp_path) == ""
    assert other_splits(tmp_path / "nowhere") == []


def test_the_bundle_tells_other_splits_of_those_experiments_alone_that_have_them() -> None:
    for run in other_splits():
        assert 1 <= run.split < EXPERIMENTS[run.experiment].splits
        assert 0.99 < run.val_accuracy < 1


def test_networks_together_are_what_scikit_learn_says_of_the_mean_of_their_probabilities() -> None:
    found = together("best-single")
    assert found is not None
    runs = [path for path, one, _, _ in files() if one.name == "best-single"]
    said = []
    for path in runs:
        with ZipFile(path) as archive:
            said.append(Predictions.from_bytes(archive.read("artifacts/test.npz")))
    assert len({run.labels.tobytes() for run in said}) == 1
    mean = sum(run.probabilities.astype(np.float64) for run in said) / len(said)
    assert found.networks == len(said) == 5
    assert found.test_accuracy == accuracy_score(said[0].labels, np.argmax(mean, axis=1))
    assert found.test_accuracy > np.mean([run.accuracy for run in said])
    assert together("final") is None


def test_networks_with_copies_are_what_scikit_learn_says_of_what_came_along() -> None:
    found = with_copies("best-single")
    assert found is not None
    shares, said = [], []
    for path in sorted((BUNDLE / COPIES).glob("best-single-*.zip")):
        with ZipFile(path) as archive:
            one = Predictions.from_bytes(archive.read("artifacts/test.npz"))
        shares.append(accuracy_score(one.labels, one.predicted))
        said.append(one.probabilities.astype(np.float64))
    assert found.copies == 16
    assert found.test.mean == pytest.approx(np.mean(shares))
    interval = stats.t.interval(0.95, len(shares) - 1, np.mean(shares), stats.sem(shares))
    assert (found.test.low, found.test.high) == pytest.approx(interval)
    assert found.ensemble.networks == len(shares) == 5
    assert found.ensemble.test_accuracy == accuracy_score(one.labels, np.argmax(sum(said), axis=1))
    quoted = re.search(r"([\d.]+)% of the test.* ([\d.]+)% if", PRESETS["best-single"].description)
    assert quoted
    assert quoted[2] == f"{100 * found.test.mean:.2f}"
    assert with_copies("fast-99-6") is None


def test_what_a_network_says_with_copies_is_kept_beside_its_run() -> None:
    wanted = {path.name for path, experiment, _, _ in files() if experiment.copies}
    assert {path.name for path in (BUNDLE / COPIES).iterdir()} == wanted

"""k-fold cross-validation: the folds are scikit-learn's, the statistics those of Nadeau and Bengio (2003)."""

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as some
from sklearn.model_selection import StratifiedKFold

from core.analysis.compared import credit, over_words, recipe_verdicts, seed_table
from core.analysis.doctor import diagnose
from core.analysis.folds import fold_difference, fold_ratio, fold_spread, pooled
from core.analysis.pairs import image_sets, recipe_name, recipes
from core.analysis.predictions import Predictions
from core.analysis.significance import flips, group_difference
from core.data import mnist
from core.data.prepare import split
from core.errors import DataError, SpecError
from core.model import layers as L
from core.model.describe import differences
from core.model.link import from_link, to_link
from core.model.seeds import in_fold, without_fold
from core.model.specs import Data, RunSpec, parse
from core.runs.artifacts import VALIDATION
from core.runs.records import Results, Run
from core.runs.store import RunStore
from core.training.job import run_job

SPEC = RunSpec(layers=(L.Flatten(), L.Dense(units=8)), data=Data(images=300), epochs=1, seed=3)


def folded(images: int, folds: int, seed: int, labels: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    data = [Data(images=images, folds=folds, fold=fold, split_seed=seed) for fold in range(folds)]
    return [split(labels, one) for one in data]


# --- the split ---------------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(some.integers(300, 1500), some.integers(2, 20), some.integers(0, 2**31 - 1))
def test_each_image_validates_once_and_trains_in_all_other_folds(images: int, folds: int, seed: int) -> None:
    labels = mnist.training().labels[:1500]
    parts = folded(images, folds, seed, labels)
    validated = np.concatenate([validation for _, validation in parts])
    assert len(np.unique(validated)) == len(validated) == images
    for train, validation in parts:
        assert sorted([*train, *validation]) == sorted(validated)
        held, drawn = (np.bincount(labels[rows], minlength=10) for rows in (validation, validated))
        assert abs(held - drawn / folds).max() < 1


@pytest.mark.parametrize(("folds", "seed"), [(2, 0), (5, 7), (20, 1)])
def test_the_folds_of_a_whole_pool_are_scikit_learns(folds: int, seed: int) -> None:
    labels = mnist.training().labels[:900]
    expected = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(900), labels)
    for mine, theirs in zip(folded(900, folds, seed, labels), expected, strict=True):
        for rows, expected_rows in zip(mine, theirs, strict=True):
            np.testing.assert_array_equal(rows, expected_rows)


def test_the_images_drawn_are_those_of_the_split_without_folds() -> None:
    labels = mnist.training().labels[:2000]
    plain = np.concatenate(split(labels, Data(images=700, split_seed=4)))
    for parts in folded(700, 5, 4, labels):
        assert set(np.concatenate(parts)) == set(plain)


def test_the_only_image_of_a_digit_trains_in_every_fold() -> None:
    labels = np.append(np.repeat([1, 2], 20), 7).astype(np.uint8)
    parts = folded(41, 4, 0, labels)
    assert all(40 in train for train, _ in parts)
    assert sorted(np.concatenate([validation for _, validation in parts])) == list(range(40))


@pytest.mark.parametrize(
    ("labels", "folds", "said"),
    [
        ([1, 1, 1, 2, 2, 2], 7, "6 images are too few for 7 folds"),
        ([0, 1, 2, 3, 4, 5], 2, "6 images are too few for 2 folds"),
        ([1] * 9 + [4] * 2, 3, "Of the 4 there are 2 among the drawn images, expected at least one for each"),
    ],
)
def test_folds_that_cannot_be_filled_are_one_sentence(labels: list[int], folds: int, said: str) -> None:
    with pytest.raises(DataError, match=said):
        split(np.array(labels, np.uint8), Data(images=len(labels), folds=folds))


# --- the configuration -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"folds": 1}, "One fold would leave nothing to train on: choose 2 to 20 folds, or 0 for none."),
        ({"folds": 5, "fold": 5}, "There is no fold 5 of 5: they count from 0."),
        ({"folds": 21}, "“data.folds”"),
        ({"folds": -1}, "“data.folds”"),
        ({"folds": 3, "fold": -1}, "“data.fold”"),
        ({"fold": "x"}, "“data.fold”"),
    ],
)
def test_folds_out_of_range_are_one_sentence(data: dict[str, Any], said: str) -> None:
    with pytest.raises(SpecError) as refused:
        parse({"layers": [], "data": data})
    assert said in str(refused.value)


def test_a_fold_without_folds_means_nothing_and_is_not_kept() -> None:
    assert Data(fold=3) == Data()
    assert parse({"layers": [{"kind": "flatten"}], "data": {"folds": 0, "fold": 3}}).data == Data()


def test_links_carry_folds_and_are_as_short_as_before_without() -> None:
    spec = in_fold(SPEC, 5, 2)
    assert from_link(to_link(spec)) == spec
    assert from_link(to_link(SPEC)) == SPEC
    assert to_link(in_fold(SPEC, 0, 0)) == to_link(SPEC)
    assert without_fold(spec) == in_fold(SPEC, 5, 0)


def test_the_settings_of_two_folds_differ_in_the_fold_alone() -> None:
    assert differences([in_fold(SPEC, 5, 2), in_fold(SPEC, 5, 3)]) == {"data.fold": ["2", "3"]}


# --- the statistics ----------------------------------------------------------------------------------


def test_the_corrected_test_gives_the_numbers_worked_by_hand() -> None:
    # Differences 1, 2 and 3%, n_val / n_train = 1/2: s² = 0.0001, error² = (1/3 + 1/2) s², t² = 4.8. With
    # two degrees of freedom p = 1 - t / sqrt(2 + t²), and the 97.5% point of Student's t is 4.302653.
    found = fold_difference([0.90, 0.91, 0.92], [0.91, 0.93, 0.95], 0.5)
    assert found.difference == pytest.approx(0.02)
    assert found.p == pytest.approx(1 - sqrt(4.8) / sqrt(6.8))
    half = 4.302653 * sqrt(5 / 6 * 0.0001)
    assert (found.low, found.high) == pytest.approx((0.02 - half, 0.02 + half))
    over = fold_spread([0.91, 0.92, 0.93], 0.5)
    assert (over.mean, over.low, over.high) == pytest.approx((0.92, 0.92 - half, 0.92 + half))


@given(some.lists(some.tuples(some.floats(0.5, 1), some.floats(0.5, 1)), min_size=3, max_size=10))
def test_shared_training_images_widen_the_interval_by_the_factor_of_the_paper(
    pairs: list[tuple[float, float]],
) -> None:
    a, b = zip(*pairs, strict=True)
    assume(np.std(np.subtract(a, b)) > 1e-6)
    k = len(pairs)
    plain, corrected = (fold_difference(a, b, ratio) for ratio in (0, 1 / (k - 1)))
    wider = sqrt((1 / k + 1 / (k - 1)) * k)
    assert corrected.high - corrected.low == pytest.approx(wider * (plain.high - plain.low))
    assert corrected.p >= plain.p


def test_folds_that_cannot_be_tested_say_why() -> None:
    with pytest.raises(DataError, match="Fewer than two folds"):
        fold_difference([0.9], [0.8], 0.25)
    with pytest.raises(DataError, match="the same in every fold"):
        fold_difference([0.9, 0.8], [0.95, 0.85], 0.25)


# --- recipes -----------------------------------------------------------------------------------------


def measured(store: RunStore, spec: RunSpec, accuracy: float, name: str = "net") -> Run:
    run = store.create(spec, name)
    store.describe_data(run.id, {"fingerprint": "same"})
    validate = spec.data.images // spec.data.folds if spec.data.folds else 30
    results = Results(1, 0.1, accuracy, validate, 0.1, accuracy, 10_000)
    return replace(store.get(run.id), results=results)


def test_runs_that_differ_in_the_fold_alone_are_one_recipe(store: RunStore) -> None:
    runs = [measured(store, in_fold(SPEC, 3, fold), 0.9, f"net · fold {fold}") for fold in (0, 2)]
    other = measured(store, in_fold(SPEC, 4, 0), 0.9)
    found = recipes([*runs, other])
    assert [(one.runs, one.over) for one in found] == [
        (tuple(runs), "2 of 3 folds"),
        ((other,), "1 seed"),
    ]
    assert recipe_name("net · fold 2") == "net"
    seeds = [measured(store, in_fold(SPEC, 3, 1).model_copy(update={"seed": n}), 0.9) for n in (1, 2)]
    assert [one.over for one in recipes(seeds)] == ["2 seeds"]
    assert [one.over for one in recipes([*runs, *seeds])] == ["2 of 3 folds", "1 seed", "1 seed"]


def test_a_recipe_over_folds_has_the_interval_of_nadeau_and_bengio(store: RunStore) -> None:
    values = [0.91, 0.92, 0.93]
    runs = [measured(store, in_fold(SPEC, 3, fold), value) for fold, value in enumerate(values)]
    assert fold_ratio(runs) == 0.5
    (row,) = seed_table(recipes(runs), "validation").to_dict("records")
    assert (row["over"], row["mean"]) == ("3 folds", "92.00%")
    assert row["95% interval of the mean"] == "88.07% to 95.93%"  # ± 3.93 points, as above
    heading, how = over_words(recipes(runs))
    assert (heading, "Nadeau and Bengio 2003" in how) == ("Over folds", True)
    assert credit(runs[0], runs[1]) == "They differ in the fold alone: this is how much luck does."


def test_two_recipes_on_the_same_folds_are_compared_fold_by_fold(store: RunStore) -> None:
    wider = SPEC.model_copy(update={"layers": (L.Flatten(), L.Dense(units=9))})
    a = [measured(store, in_fold(SPEC, 3, f), v) for f, v in enumerate((0.90, 0.91, 0.92))]
    b = [measured(store, in_fold(wider, 3, f), v, "wide") for f, v in enumerate((0.91, 0.93, 0.95))]
    ((is_real, text, changed),), untested = recipe_verdicts(recipes([*a, *reversed(b)]), "validation")
    assert (is_real, untested) == (False, [])
    assert text == "Too close to call over the same 3 folds: wide is ahead by 2.00%, p = 0.16."
    assert "units 8 → 9" in changed
    assert "fold" not in changed
    ((_, text, _),), _ = recipe_verdicts(recipes([*a[:2], *b]), "test")
    assert "the same 2 folds" in text


def test_recipes_that_are_not_over_the_same_folds_are_refused_that_test(store: RunStore) -> None:
    a = [measured(store, in_fold(SPEC, 3, f), 0.90 + f / 100) for f in range(3)]
    b = [measured(store, in_fold(SPEC, 4, f), 0.92 + f / 100, "four") for f in range(4)]
    seeds = [measured(store, SPEC.model_copy(update={"seed": n}), 0.9 + n / 100, "seeds") for n in range(3)]
    for others in (b, seeds):
        assert recipe_verdicts(recipes([*a, *others]), "validation")[0] == []
        tested, (said,) = recipe_verdicts(recipes([*a, *others]), "test")
        assert tested == []
        assert "Not over the same folds" in said
    assert group_difference([0.9, 0.91], [0.92, 0.93]).p < 1  # seeds are compared as before


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunStore, list[Run]]:
    """The three folds of a small recipe, trained, in a store that nobody changes."""
    store = RunStore(f"sqlite:///{tmp_path_factory.mktemp('folds') / 'runs.sqlite'}")
    ids = [store.create(in_fold(SPEC, 3, fold), f"net · fold {fold}").id for fold in range(3)]
    for run_id in ids:
        run_job(store, run_id)
    return store, [store.get(run_id) for run_id in ids]


def test_three_folds_are_trained_measured_and_pooled(trained: tuple[RunStore, list[Run]]) -> None:
    store, runs = trained
    answers = [Predictions.from_bytes(store.artifact(run.id, VALIDATION) or b"") for run in runs]
    assert [run.data["validation images"] for run in runs] == [100, 100, 100]
    assert [one.accuracy for one in answers] == [run.results and run.results.val_accuracy for run in runs]
    together = pooled(runs, answers)
    assert together is not None
    assert len(np.unique(together.index)) == 300
    assert together.accuracy == pytest.approx(np.mean([one.accuracy for one in answers]))
    assert pooled(runs, [*answers[:2], None]) is None
    assert pooled(runs, [*answers[:2], answers[0]]) is None
    assert image_sets(runs, answers, is_test=False) == [[0], [1], [2]]
    with pytest.raises(DataError, match="measured on different images"):
        flips(answers[0], answers[1])


def test_the_doctor_knows_how_many_images_a_fold_validates(trained: tuple[RunStore, list[Run]]) -> None:
    store, (run, *_) = trained
    few = RunSpec(layers=SPEC.layers, data=Data(images=75, folds=5), epochs=1)
    found = diagnose(few, store.history(run.id), run.status, None, run.results)
    (finding,) = [one for one in found if "With 15 validation images" in one.shows]
    assert finding.remedy
    assert finding.remedy.sentence == "Add images, or use fewer folds."

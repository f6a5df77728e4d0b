"""Is it real? Held against SciPy, statsmodels and cases worked by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from core.analysis.compared import changed, counted_once, credit
from core.analysis.intervals import wilson
from core.analysis.pairs import Recipe, image_sets, pairs, recipes
from core.analysis.pareto import pareto_front
from core.analysis.predictions import Predictions
from core.analysis.significance import (
    Flips,
    adjusted,
    difference,
    flips,
    group_difference,
    group_verdict,
    holm,
    spread,
    verdict,
)
from core.errors import DataError
from core.model.specs import RunSpec
from core.runs.records import Results, Run
from core.runs.store import RunStore

shares = some.floats(0, 1, allow_nan=False)
small = some.integers(0, 60)


def cells(both_right: int, only_a: int, only_b: int, both_wrong: int) -> Flips:
    """Return a flip table with so many images in each cell."""
    ends = np.cumsum([both_right, only_a, only_b, both_wrong])
    return Flips(*np.split(np.arange(ends[-1]), ends[:-1]))


def answered(labels: list[int], predicted: list[int]) -> Predictions:
    return Predictions(
        np.arange(len(labels)), np.array(labels, np.uint8), np.eye(10, dtype=np.float32)[predicted]
    )


@given(small, small, small, small)
def test_mcnemar_is_scipys_sign_test_on_the_images_the_two_disagree_on(
    a: int, b: int, c: int, d: int
) -> None:
    if a + b + c + d == 0:
        return
    found = difference(cells(a, b, c, d))
    expected = stats.binomtest(c, b + c, 0.5).pvalue if b + c else 1.0
    assert found.p == pytest.approx(expected, abs=1e-12)
    assert (found.fixed, found.broken, found.images) == (c, b, a + b + c + d)
    assert found.difference == pytest.approx((c - b) / (a + b + c + d))


@given(some.integers(300, 5000), small, small)
def test_the_interval_of_the_difference_is_agresti_and_mins(same: int, b: int, c: int) -> None:
    found = difference(cells(same, b, c, 0))
    # Their formula, section 3: half an image more in each of the four cells.
    n, b_more, c_more = same + b + c + 2, b + 0.5, c + 0.5
    middle = (c_more - b_more) / n
    half = 1.959964 * math.sqrt(b_more + c_more - (c_more - b_more) ** 2 / n) / n
    assert (found.low, found.high) == pytest.approx(
        (min(found.difference, middle - half), max(found.difference, middle + half)), rel=0.02, abs=1e-3
    )
    assert found.low <= found.difference <= found.high


@pytest.mark.parametrize(("fixed", "broken"), [(0.0124, 0.0064), (0.1, 0.005), (0.868, 0.0), (0.002, 0.002)])
def test_the_interval_holds_its_level(fixed: float, broken: float) -> None:
    random, images = np.random.default_rng(0), 1000
    draws = random.multinomial(images, [fixed, broken, 1 - fixed - broken], size=600)
    intervals = [difference(cells(same, b, c, 0)) for c, b, same in draws.tolist()]
    covered = np.mean([found.low <= fixed - broken <= found.high for found in intervals])
    assert 0.925 <= covered <= 1.0


def test_a_case_worked_by_hand() -> None:
    found = difference(cells(4150, 4, 21, 25))
    # Twice the chance of at most 4 heads in 25 throws: 2 · (1 + 25 + 300 + 2300 + 12650) / 2^25.
    assert found.p == pytest.approx(2 * 15276 / 2**25)
    assert found.is_real
    assert verdict(found, "A", "B") == (
        "B is better than A: 21 images fixed, 4 broken, p = 0.0009, 0.40% more of 4,200 images."
    )
    assert verdict(difference(cells(4150, 21, 4, 25)), "A", "B").startswith(
        "A is better than B: 21 images fixed"
    )


def test_nine_images_of_4200_are_too_close_to_call() -> None:
    text = verdict(difference(cells(4150, 11, 20, 19)), "A", "B")
    assert text == "Too close to call on 4,200 images: B fixes 20 that A got wrong and breaks 11, p = 0.15."
    assert "exactly the same" in verdict(difference(cells(90, 0, 0, 10)), "A", "B")


@pytest.mark.slow
@settings(max_examples=15, deadline=None)  # statsmodels collects all garbage at each call
@given(some.lists(shares, min_size=1, max_size=30))
def test_holm_is_statsmodels(p_values: list[float]) -> None:
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-12)


def test_many_pairs_raise_p_and_may_take_a_verdict_back() -> None:
    alone = difference(cells(4150, 10, 24, 16))
    assert alone.is_real
    corrected = adjusted([alone] * 6)
    assert [one.p_adjusted for one in corrected] == pytest.approx([6 * alone.p] * 6)
    assert not corrected[0].is_real
    assert "after Holm's correction" in verdict(corrected[0], "A", "B")


@given(some.lists(some.tuples(*[some.integers(0, 9)] * 3), min_size=1, max_size=80))
def test_every_image_falls_into_exactly_one_cell(rows: list[tuple[int, int, int]]) -> None:
    labels, first, second = (list(column) for column in zip(*rows, strict=True))
    found = flips(answered(labels, first), answered(labels, second))
    together = np.concatenate([found.both_right, found.only_a, found.only_b, found.both_wrong])
    assert sorted(together.tolist()) == list(range(len(rows)))
    assert found.images == len(rows)
    for row in found.only_b:
        assert first[row] != labels[row] == second[row]
    for row in found.both_wrong:
        assert first[row] != labels[row] != second[row]


def test_answers_to_different_images_are_refused_in_a_sentence() -> None:
    a = answered([1, 2], [1, 2])
    b = Predictions(np.array([5, 6]), a.labels, a.probabilities)
    with pytest.raises(DataError, match="measured on different images"):
        flips(a, b)


@given(some.lists(shares, min_size=2, max_size=12))
def test_the_interval_over_seeds_is_students(values: list[float]) -> None:
    found = spread(values)
    low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    if np.ptp(values) > 1e-9:
        assert (found.low, found.high) == pytest.approx((low, high), rel=1e-6, abs=1e-9)
    assert found.mean == pytest.approx(np.mean(values))


def test_a_single_seed_has_no_interval() -> None:
    assert np.isnan(spread([0.98]).low)


groups = some.lists(some.floats(0.9, 1.0), min_size=2, max_size=8)


@given(groups, groups)
def test_groups_are_compared_by_welchs_test(a: list[float], b: list[float]) -> None:
    if np.ptp(a) < 1e-6 and np.ptp(b) < 1e-6:
        return
    found = group_difference(a, b)
    expected = stats.ttest_ind(b, a, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-6, abs=1e-9)


def test_groups_that_cannot_be_tested_say_why() -> None:
    with pytest.raises(DataError, match="at least two repeats"):
        group_difference([0.9], [0.8, 0.9])
    with pytest.raises(DataError, match="no spread"):
        group_difference([0.9, 0.9], [0.8, 0.8])


def test_a_verdict_on_groups_names_the_better_and_the_seeds() -> None:
    found = group_difference([0.970, 0.971, 0.972], [0.980, 0.981, 0.982])
    assert group_verdict(found, "A", "B", "3 and 3 seeds") == (
        "B is better than A, by 1.00% in the mean over 3 and 3 seeds, p = 0.0003."
    )


@given(some.integers(0, 500), some.integers(1, 500))
def test_wilson_is_statsmodels(right: int, images: int) -> None:
    right = min(right, images)
    expected = proportion_confint(right, images, method="wilson")
    assert wilson(right / images, images) == pytest.approx(expected, abs=1e-9)


@given(some.lists(some.tuples(some.integers(0, 9), some.integers(0, 9)), max_size=30))
def test_the_pareto_front_holds_exactly_those_that_none_beats(points: list[tuple[int, int]]) -> None:
    def beats(a: tuple[int, int], b: tuple[int, int]) -> bool:
        return a[0] <= b[0] and a[1] >= b[1] and a != b

    front = pareto_front([p[0] for p in points], [p[1] for p in points])
    expected = {i for i, b in enumerate(points) if not any(beats(a, b) for a in points)}
    assert set(front) == expected
    assert [points[i][0] for i in front] == sorted(points[i][0] for i in front)


def ended(store: RunStore, spec: RunSpec, name: str, fingerprint: str = "same") -> Run:
    run = store.create(spec, name)
    store.describe_data(run.id, {"fingerprint": fingerprint})
    return store.get(run.id)


def test_only_runs_on_the_same_images_are_paired(store: RunStore, small_spec: RunSpec) -> None:
    runs = [ended(store, small_spec, name) for name in "abc"]
    runs.append(ended(store, small_spec, "d", fingerprint="other"))
    same = answered([1, 2, 3], [1, 2, 4])
    elsewhere = Predictions(np.array([7, 8, 9]), same.labels, same.probabilities)
    answers = [same, same, elsewhere, same]
    assert [(pair.a, pair.b) for pair in pairs(runs, answers, is_test=False)] == [(0, 1)]
    assert image_sets(runs, answers, is_test=False) == [[0, 1], [2], [3]]
    answers = [same, same, None, same]
    assert [(pair.a, pair.b) for pair in pairs(runs, answers, is_test=True)] == [(0, 1), (0, 3), (1, 3)]
    assert image_sets(runs, answers, is_test=True) == [[0, 1, 3]]


def test_runs_that_differ_in_the_seed_alone_are_one_recipe(store: RunStore, small_spec: RunSpec) -> None:
    runs = [
        ended(store, small_spec.model_copy(update=update), name)
        for update, name in (
            ({"seed": 1}, "net"),
            ({"seed": 2, "epochs": 9}, "net"),
            ({"seed": 4}, "net · seed 4"),
        )
    ]
    found = recipes(runs)
    assert found == [Recipe("net · #1", (runs[0], runs[2])), Recipe("net · #2", (runs[1],))]


def test_the_same_seed_trained_again_counts_once(store: RunStore, small_spec: RunSpec) -> None:
    first, twin = ended(store, small_spec, "net"), ended(store, small_spec, "net")
    other = ended(store, small_spec.model_copy(update={"seed": 5}), "net · seed 5")
    assert recipes([first, twin, other]) == [Recipe("net", (first, other), again=1)]
    alone = recipes([first, twin])
    assert alone == [Recipe("net", (first,), again=1)]  # no spread over seeds, so no interval of zero width
    assert counted_once(alone) == "The same seed again gives the same network, so it counts once: net."
    assert counted_once([Recipe("net", (first,))]) is None
    measured = replace(twin, results=Results(1, 0.1, 0.9, 100, 0.1, 0.9, 100))
    assert recipes([first, measured])[0].runs == (measured,)  # the first still trains, or has failed


def test_two_runs_of_the_same_seed_are_not_said_to_differ_in_it(store: RunStore, small_spec: RunSpec) -> None:
    first, twin = ended(store, small_spec, "net"), ended(store, small_spec, "net")
    other = ended(store, small_spec.model_copy(update={"seed": 5}), "net")
    assert changed(first, twin) == "nothing, not even the seed"
    assert credit(first, twin).startswith("Nothing was changed, not even the seed")
    assert changed(first, other) == "the seed alone"
    assert credit(first, other).startswith("They differ in the seed alone")

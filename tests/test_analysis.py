"""Confusion, report, top errors, loss and interval, each against a source that is not ours."""

import io
import math

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from core.analysis.evaluate import confusion, most_confused, normalised, report, top_errors
from core.analysis.intervals import wilson
from core.analysis.predictions import Predictions
from core.errors import DataError

DIGITS = np.arange(10)
SEEDS = st.integers(0, 2**32 - 1)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


def random_predictions(seed: int, images: int, classes: int = 10, sharpness: float = 2.0) -> Predictions:
    """Return softmax outputs over ten digits for images that show only the first `classes` digits."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, images).astype(np.uint8)
    logits = rng.normal(0, sharpness, (images, 10))
    logits[np.arange(images), labels] += 2.0
    return Predictions(rng.permutation(10 * images)[:images], labels, softmax(logits))


def certain(labels: list[int], predicted: list[int]) -> Predictions:
    """Return predictions made with full confidence."""
    probabilities = np.eye(10, dtype=np.float32)[predicted]
    return Predictions(np.arange(len(labels)), np.array(labels, np.uint8), probabilities)


@st.composite
def label_pairs(draw: st.DrawFn) -> Predictions:
    pairs = draw(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=200))
    return certain([true for true, _ in pairs], [predicted for _, predicted in pairs])


@given(label_pairs())
@settings(deadline=None)
def test_confusion_is_that_of_scikit_learn_and_of_a_count_by_hand(predictions: Predictions) -> None:
    matrix = confusion(predictions)
    expected = confusion_matrix(predictions.labels, predictions.predicted, labels=DIGITS)
    by_hand = np.zeros((10, 10), int)
    for true, predicted in zip(predictions.labels, predictions.predicted, strict=True):
        by_hand[true, predicted] += 1
    assert matrix.shape == (10, 10)
    np.testing.assert_array_equal(matrix, expected)
    np.testing.assert_array_equal(matrix, by_hand)


@given(label_pairs())
@settings(deadline=None)
def test_shares_of_a_row_or_column_sum_to_one_or_it_was_empty(predictions: Predictions) -> None:
    matrix = confusion(predictions)
    for by, axis in (("row", 1), ("column", 0)):
        sums = normalised(matrix, by).sum(axis=axis)
        np.testing.assert_allclose(sums, (matrix.sum(axis=axis) > 0).astype(float), atol=1e-12)
    np.testing.assert_array_equal(normalised(matrix, "counts"), matrix)


def test_shares_are_counts_over_their_row_or_column() -> None:
    matrix = confusion(certain([3, 3, 3, 3, 5], [3, 3, 3, 5, 5]))
    assert normalised(matrix, "row")[3, 5] == 1 / 4
    assert normalised(matrix, "column")[3, 5] == 1 / 2
    assert normalised(matrix, "row")[5, 5] == 1


def compare_report_with_scikit_learn(predictions: Predictions) -> None:
    table = report(predictions)
    columns = ["precision", "recall", "f1-score", "support"]
    for average, rows in (
        (None, [str(d) for d in DIGITS]),
        ("macro", "macro avg"),
        ("weighted", "weighted avg"),
    ):
        numbers = precision_recall_fscore_support(
            predictions.labels, predictions.predicted, labels=DIGITS, average=average, zero_division=0.0
        )
        for column, expected in zip(columns, numbers, strict=True):
            if expected is not None:  # scikit-learn has no support for averages
                np.testing.assert_allclose(table.loc[rows, column].astype(float), expected, atol=1e-12)
    images = len(predictions.labels)
    assert table.loc["accuracy", "f1-score"] == pytest.approx(predictions.accuracy)
    assert list(table.loc[["accuracy", "macro avg", "weighted avg"], "support"]) == [images] * 3


@given(label_pairs())
@settings(max_examples=40, deadline=None)
def test_the_report_gives_scikit_learns_numbers(predictions: Predictions) -> None:
    compare_report_with_scikit_learn(predictions)


def test_the_report_knows_a_digit_without_images_and_one_that_was_never_predicted() -> None:
    predictions = certain([1, 2, 3, 4, 9, 9], [1, 1, 3, 7, 9, 9])  # no 7 to be found, 2 and 4 never said
    compare_report_with_scikit_learn(predictions)
    table = report(predictions)
    assert list(table.loc["7"]) == [0, 0, 0, 0]
    assert list(table.loc["2"]) == [0, 0, 0, 1]
    assert list(table.loc["1"]) == pytest.approx([1 / 2, 1, 2 / 3, 1])
    assert not table.drop(index="accuracy").isna().any().any()


def brute_force_errors(predictions: Predictions) -> list[tuple[float, int]]:
    """Return (p(true) − p(predicted), row) of every mistake, the worst first."""
    found = []
    for row, label in enumerate(predictions.labels):
        p = [float(value) for value in predictions.probabilities[row]]
        predicted = max(range(10), key=lambda digit: p[digit])
        if predicted != label:
            found.append((p[label] - p[predicted], row))
    return sorted(found)


@given(SEEDS, st.integers(1, 80), st.integers(1, 10))
@settings(deadline=None)
def test_top_errors_are_those_of_a_plain_loop(seed: int, images: int, count: int) -> None:
    predictions = random_predictions(seed, images)
    expected = brute_force_errors(predictions)[:count]
    mistakes = top_errors(predictions, count)
    assert [mistake.row for mistake in mistakes] == [row for _, row in expected]
    for mistake, (margin, row) in zip(mistakes, expected, strict=True):
        assert mistake.p_true - mistake.p_predicted == pytest.approx(margin)
        assert mistake.index == predictions.index[row]
        assert mistake.true == predictions.labels[row] != mistake.predicted
        assert mistake.p_predicted == predictions.probabilities[row].max()


def test_the_most_frequent_mistakes_come_first_and_right_answers_are_none() -> None:
    labels, read = [8, 8, 8, 4, 4, 1, 1, 1, 1], [3, 3, 8, 9, 9, 1, 1, 1, 7]
    matrix = confusion(certain(labels, read))
    assert most_confused(matrix, 2) == [(4, 9, 2), (8, 3, 2)]
    assert most_confused(matrix, 50) == [(4, 9, 2), (8, 3, 2), (1, 7, 1)]
    assert most_confused(confusion(certain([1], [1])), 6) == []


def test_equally_bad_mistakes_keep_the_order_of_the_images() -> None:
    predictions = certain([0, 1, 2, 3], [1, 1, 0, 0])
    assert [mistake.row for mistake in top_errors(predictions, 6)] == [0, 2, 3]


def test_six_errors_are_asked_for_and_fewer_are_given_when_there_are_fewer() -> None:
    many = random_predictions(1, 500, sharpness=4.0)
    assert len(top_errors(many)) == 6
    assert len(top_errors(certain([1, 2, 3], [1, 2, 4]))) == 1
    assert top_errors(certain([1, 2, 3], [1, 2, 3])) == []
    assert top_errors(many, 0) == []


def test_a_mistake_holds_plain_python_numbers() -> None:
    (mistake,) = top_errors(certain([1], [2]))
    types = [type(value) for value in vars(mistake).values()]
    assert types == [int, int, int, int, float, float]


@given(SEEDS, st.integers(1, 200), st.floats(0.1, 3.0))
@settings(deadline=None)
def test_the_loss_is_scikit_learns_log_loss(seed: int, images: int, sharpness: float) -> None:
    predictions = random_predictions(seed, images, sharpness=sharpness)
    p = predictions.probabilities.astype(np.float64)
    rounding = 1e-6  # float32 rows do not sum to exactly 1, scikit-learn's do
    expected = log_loss(predictions.labels, p / p.sum(axis=1, keepdims=True), labels=DIGITS)
    assert predictions.loss == pytest.approx(expected, abs=rounding)


def test_the_loss_is_that_keras_trains_with() -> None:
    predictions = random_predictions(7, 300, sharpness=1.0)
    one_hot = np.eye(10, dtype=np.float32)[predictions.labels]
    expected = keras.losses.CategoricalCrossentropy()(one_hot, predictions.probabilities)
    assert predictions.loss == pytest.approx(float(expected), rel=1e-5)


def test_the_loss_of_a_guess_among_ten_is_the_logarithm_of_ten() -> None:
    even = Predictions(np.arange(4), np.array([0, 3, 5, 9], np.uint8), np.full((4, 10), 0.1, np.float32))
    assert even.loss == pytest.approx(math.log(10))


def test_a_probability_of_zero_for_the_truth_gives_a_finite_loss() -> None:
    assert certain([1], [2]).loss == pytest.approx(-math.log(np.finfo(np.float32).tiny))
    assert certain([1], [1]).loss == 0


def test_accuracy_and_digits_follow_from_the_highest_probability() -> None:
    predictions = certain([1, 2, 3, 4], [1, 2, 3, 9])
    assert list(predictions.predicted) == [1, 2, 3, 9]
    assert predictions.accuracy == 0.75


@given(SEEDS, st.integers(1, 50))
@settings(deadline=None)
def test_predictions_survive_the_way_through_bytes(seed: int, images: int) -> None:
    predictions = random_predictions(seed, images)
    back = Predictions.from_bytes(predictions.to_bytes())
    for name in ("index", "labels", "probabilities"):
        np.testing.assert_array_equal(getattr(back, name), getattr(predictions, name), strict=True)


def test_bytes_with_pickled_objects_are_refused() -> None:

    buffer = io.BytesIO()
    np.savez(buffer, index=np.array([{}], object), labels=np.zeros(1), probabilities=np.zeros((1, 10)))
    with pytest.raises(DataError, match="damaged"):
        Predictions.from_bytes(buffer.getvalue())


def wilson_by_hand(hits: int, images: int) -> tuple[float, float]:
    """Wilson 1927: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n)."""
    z, p = norm.ppf(0.975), hits / images
    centre = p + z**2 / (2 * images)
    reach = z * math.sqrt(p * (1 - p) / images + z**2 / (4 * images**2))
    return (centre - reach) / (1 + z**2 / images), (centre + reach) / (1 + z**2 / images)


@given(st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(deadline=None)
def test_the_interval_is_wilsons(case: tuple[int, int]) -> None:
    hits, images = case
    low, high = wilson(hits / images, images)
    assert (low, high) == pytest.approx(wilson_by_hand(hits, images), abs=1e-9)
    assert 0 <= low <= hits / images <= high <= 1


def test_the_presentations_accuracy_on_its_4200_images_is_good_to_a_fifth_of_a_percent() -> None:
    # 4,179 of 4,200: z = 1.959964, z² = 3.841459; centre 0.995457/1.000915, reach 0.002182/1.000915
    low, high = wilson(0.9950, 4_200)
    assert low == pytest.approx(0.99237, abs=1e-5)
    assert high == pytest.approx(0.99673, abs=1e-5)


def test_damaged_predictions_are_refused_in_a_sentence() -> None:
    whole = certain([3, 5], [3, 6]).to_bytes()
    for content in (b"", b"no archive", whole[: len(whole) // 2]):
        with pytest.raises(DataError, match="predictions are damaged"):
            Predictions.from_bytes(content)

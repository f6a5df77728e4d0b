"""Mistakes are picked and ranked, and calibration is counted, as a person would by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from sklearn.calibration import calibration_curve

from core.analysis.calibration import calibration
from core.analysis.evaluate import confusion, top_errors
from core.analysis.frames import Frame, hardest
from core.analysis.mistakes import Order, confidence, losses, margin, ordered, picked, three_highest
from core.analysis.predictions import Predictions


def answers(count: int, seed: int = 0, sharp: float = 2.0) -> Predictions:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 10, count).astype(np.uint8)
    logits = rng.normal(size=(count, 10)) * sharp
    logits[np.arange(count), labels] += sharp
    return Predictions(np.arange(count) * 3, labels, softmax(logits, axis=1).astype(np.float32))


@given(st.integers(1, 80), st.integers(0, 99))
def test_cells_and_kinds_are_those_of_the_confusion_matrix(count: int, seed: int) -> None:
    found = answers(count, seed)
    matrix = confusion(found)
    assert [[len(picked(found, true=t, read=r)) for r in range(10)] for t in range(10)] == matrix.tolist()
    assert len(picked(found, right=True)) == np.trace(matrix)
    assert len(picked(found, right=False)) == count - np.trace(matrix)
    assert len(picked(found)) == count


def test_by_margin_errors_begin_with_the_presentations_top_errors() -> None:
    found = answers(400)
    rows = ordered(found, picked(found, right=False), "margin")
    assert rows[:6].tolist() == [mistake.row for mistake in top_errors(found, 6)]


@pytest.mark.parametrize("by", ["margin", "confidence", "loss"])
def test_orders_fall_or_rise(by: Order) -> None:
    found = answers(100)
    values = {"margin": margin, "confidence": confidence, "loss": losses}[by](found)
    assert (np.diff(values[ordered(found, np.arange(100), by)]) <= 0).all()
    assert (np.diff(values[ordered(found, np.arange(100), by, rising=True)]) >= 0).all()


def test_margin_loss_and_the_three_highest_by_hand() -> None:
    p = np.zeros((2, 10), np.float32)
    p[0, [4, 9, 7]] = 0.2, 0.7, 0.1
    p[1, [3, 5]] = 0.75, 0.25
    found = Predictions(np.array([10, 11]), np.array([4, 3], np.uint8), p)
    np.testing.assert_allclose(margin(found), [0.5, 0.5], rtol=1e-6)
    np.testing.assert_allclose(losses(found), -np.log([0.2, 0.75]), rtol=1e-6)
    digits, highest = three_highest(found, np.array([0]))
    assert digits.tolist() == [[9, 4, 7]]
    np.testing.assert_allclose(highest, [[0.7, 0.2, 0.1]])


def test_calibration_of_four_answers_by_hand() -> None:
    p = np.full((4, 10), 0.0, np.float32)
    sure = [0.95, 0.95, 0.55, 0.55]
    for row, share in enumerate(sure):
        p[row, 1], p[row, 2] = share, 1 - share
    found = calibration(Predictions(np.arange(4), np.array([1, 1, 1, 2], np.uint8), p), bins=10)
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 2, 0, 0, 0, 2]
    assert found.right.tolist() == [0, 0, 0, 0, 0, 1, 0, 0, 0, 2]
    assert found.error == pytest.approx((2 * abs(0.5 - 0.55) + 2 * abs(1 - 0.95)) / 4, abs=1e-6)
    assert found.worst == pytest.approx(0.05, abs=1e-6)


def test_the_calibration_curve_is_scikit_learns() -> None:
    found = answers(3000)
    ours = calibration(found)
    right, sure = found.predicted == found.labels, found.probabilities.max(axis=1)
    accuracy, mean = calibration_curve(right, sure, n_bins=15)
    filled = ours.counts > 0
    np.testing.assert_allclose(ours.accuracy[filled], accuracy)
    np.testing.assert_allclose(ours.confidence[filled], mean, rtol=1e-6)


def test_the_hardest_images_of_a_frame_have_the_least_probable_truth() -> None:
    truth = np.array([0.9, 0.1, 0.5, 0.1], np.float16)
    frame = Frame(1, np.zeros(4, np.uint8), truth, truth, np.zeros((0, 0, 0), np.float16))
    assert hardest(frame, 3).tolist() == [1, 3, 2]

"""The CSV files, read again by other readers: all digits are there, and the counts are scikit-learn's."""

import csv
import io
import math

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from core.analysis.predictions import Predictions
from core.export.tables import confusion_csv, history_csv, predictions_csv
from core.runs.records import EpochPoint, History, Steps

NO_STEPS = Steps(np.zeros(0, np.int64), *(np.zeros(0) for _ in range(3)))


def some_predictions(count: int = 50) -> Predictions:
    random = np.random.default_rng(0)
    probabilities = random.dirichlet(np.full(10, 0.1), count).astype(np.float32)
    labels = random.integers(0, 10, count).astype(np.uint8)
    return Predictions(random.permutation(1000)[:count], labels, probabilities)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.floats(allow_infinity=False), min_size=6, max_size=6), max_size=4))
def test_the_history_keeps_every_digit_of_every_epoch(rows: list[list[float]]) -> None:
    points = tuple(EpochPoint(n, 10 * n, *row) for n, row in enumerate(rows, start=1))
    header, *read = csv.reader(io.StringIO(history_csv(History(NO_STEPS, points)).decode()))
    assert ",".join(header) == "epoch,step,loss,accuracy,val_loss,val_accuracy,learning_rate,seconds"
    assert [row[:2] for row in read] == [[str(n), str(10 * n)] for n in range(1, len(rows) + 1)]
    for cells, row in zip(read, rows, strict=True):
        for cell, value in zip(cells[2:], row, strict=True):
            assert float(cell) == value or (math.isnan(value) and cell == "NaN")


def test_the_predictions_keep_every_bit_of_their_float32() -> None:
    predictions = some_predictions()
    content = predictions_csv(predictions)
    table = pd.read_csv(io.BytesIO(content), dtype={f"p{digit}": np.float32 for digit in range(10)})
    assert list(table) == ["index", "true", "predicted", *(f"p{digit}" for digit in range(10))]
    np.testing.assert_array_equal(table["index"], predictions.index)
    np.testing.assert_array_equal(table["true"], predictions.labels)
    np.testing.assert_array_equal(table["predicted"], predictions.probabilities.argmax(axis=1))
    np.testing.assert_array_equal(table.iloc[:, 3:].to_numpy(np.float32), predictions.probabilities)


def test_the_confusion_matrix_says_which_way_round_it_is() -> None:
    predictions = some_predictions()
    header, *rows = csv.reader(io.StringIO(confusion_csv(predictions).decode()))
    assert header == ["true digit", *(f"predicted {digit}" for digit in range(10))]
    counts = np.array(rows, int)
    predicted = predictions.probabilities.argmax(axis=1)
    expected = confusion_matrix(predictions.labels, predicted, labels=range(10))
    np.testing.assert_array_equal(counts[:, 1:], expected)
    np.testing.assert_array_equal(counts[:, 0], range(10))

"""Curves and predictions as CSV, every number with all its digits, for spreadsheets and other programs.

pandas is imported in the functions: the server, which imports this, is up sooner without it.
"""

from dataclasses import asdict, fields
from typing import Any

import numpy as np

from core.analysis.evaluate import confusion
from core.analysis.predictions import Predictions
from core.runs.records import EpochPoint, History

EPOCH_COLUMNS = [field.name for field in fields(EpochPoint)]
"""Also the header of the history's CSV: epoch, step, loss, accuracy, val_loss, …"""


def history_csv(history: History) -> bytes:
    """Return one row an epoch, headed by `EPOCH_COLUMNS`; what was not finite is NaN."""
    import pandas as pd

    rows = pd.DataFrame([asdict(point) for point in history.epochs], columns=EPOCH_COLUMNS)
    return _csv(rows)


def predictions_csv(predictions: Predictions) -> bytes:
    """Return one row an image: index in its pool, true and predicted digit, p0 … p9."""
    import pandas as pd

    columns = {"index": predictions.index, "true": predictions.labels, "predicted": predictions.predicted}
    chances = {f"p{digit}": predictions.probabilities[:, digit] for digit in range(10)}
    return _csv(pd.DataFrame(columns | chances))


def confusion_csv(predictions: Predictions) -> bytes:
    """Return the counts of the confusion matrix: a row for each true, a column for each predicted digit."""
    import pandas as pd

    table = pd.DataFrame(confusion(predictions), columns=[f"predicted {digit}" for digit in range(10)])
    table.insert(0, "true digit", np.arange(10))
    return _csv(table)


def _csv(table: Any) -> bytes:
    """Return a `pandas.DataFrame` as CSV; the shortest text that gives back the same float."""
    text: str = table.to_csv(index=False, na_rep="NaN")
    return text.encode()

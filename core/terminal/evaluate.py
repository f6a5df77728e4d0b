"""`python -m core evaluate`."""

import argparse
import json
from dataclasses import asdict

from core.errors import DataError
from core.runs.artifacts import VALIDATION
from core.runs.store import open_store
from core.terminal.output import add_json


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")
    add_json(parser, "print one JSON object")


def run(chosen: argparse.Namespace) -> int:
    """Print confusion matrix, classification report and worst errors on the validation images."""
    from core.analysis.evaluate import confusion, report, top_errors
    from core.analysis.predictions import Predictions

    store = open_store()
    saved = store.get(chosen.run_id)
    content = store.artifact(saved.id, VALIDATION)
    if content is None:
        raise DataError(
            f"Run {saved.id} ({saved.status}) kept no predictions, so there is nothing to evaluate."
        )
    predictions = Predictions.from_bytes(content)
    table = report(predictions)
    if not chosen.json:
        print(table.to_string(float_format="{:.4f}".format, na_rep=""))
        return 0
    rows = json.loads(table.to_json(orient="index"))
    value = {
        "run_id": saved.id,
        "confusion_matrix": confusion(predictions).tolist(),
        "classification_report": rows,
        "top_errors": [asdict(mistake) for mistake in top_errors(predictions)],
    }
    print(json.dumps(value))
    return 0

"""What commands print: rows as JSON or as lines, and a run as such a row."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from core.names import padded
from core.runs.records import Run

Row = dict[str, Any]


def add_json(parser: argparse.ArgumentParser, text: str = "print JSON") -> None:
    """Let a command be told `--json`: stdout then holds one JSON value and nothing else."""
    parser.add_argument("--json", action="store_true", help=text)


def show(rows: list[Row], as_json: bool, line: Callable[[Row], str], single: bool = False) -> None:
    """Print rows, one line each, or all of them as one JSON value; a `single` one not as a list."""
    if as_json:
        print(json.dumps(rows[0] if single else rows))
        return
    for row in rows:
        print(line(row))


def summary(run: Run) -> Row:
    """Return what is said of a run, as JSON values."""
    results = asdict(run.results) if run.results else {}
    return {
        "run_id": run.id,
        "name": run.name,
        "preset": run.preset,
        "tags": list(run.tags),
        "status": str(run.status),
        "message": run.message,
        "epochs": run.progress.epoch,
        "kept_epoch": results.get("best_epoch"),
        "best_epoch": results.get("best_epoch") if run.spec.kept_epoch == "best" else None,
        "val_loss": results.get("val_loss"),
        "val_accuracy": results.get("val_accuracy"),
        "test_loss": results.get("test_loss"),
        "test_accuracy": results.get("test_accuracy"),
        "parameters": run.parameters,
        "images_per_second": round(run.progress.images_per_second, 1),
        "seconds": round(run.progress.seconds, 2),
        "created_at": run.created_at,
    }


def run_line(row: Row) -> str:
    """Return a run's summary as a line."""
    validation, test = row["val_accuracy"], row["test_accuracy"]
    scores = f"validation {validation:.4f}  test {test:.4f}" if validation is not None else ""
    return f"{row['run_id']}  {row['status']:11}  {padded(row['name'], 32)}  {scores}"

"""`python -m core mlflow`."""

import argparse

from core.runs.courier import send_now
from core.runs.store import open_store
from core.terminal.output import add_json, show


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_ids", nargs="+", metavar="RUN_ID")
    add_json(parser)


def run(chosen: argparse.Namespace) -> int:
    """Send saved runs to the MLflow server at MLFLOW_TRACKING_URI, or bring them up to date there."""
    rows = send_now(open_store(), chosen.run_ids)
    show(rows, chosen.json, lambda row: f"{row['run_id']}  {row['page'] or row['tracking_uri']}")
    return 0

"""`python -m core delete`."""

import argparse

from core.runs.store import open_store


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")


def run(chosen: argparse.Namespace) -> int:
    """Delete a run, whoever started it; the store keeps it for another day."""
    store = open_store()
    store.delete([store.get(chosen.run_id).id])
    return 0

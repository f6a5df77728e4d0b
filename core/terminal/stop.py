"""`python -m core stop`."""

import argparse

from core.runs.status import Command
from core.runs.store import open_store


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_id", metavar="RUN_ID")


def run(chosen: argparse.Namespace) -> int:
    """Stop a run, whoever started it; its weights are kept."""
    open_store().ask(chosen.run_id, Command.STOP)
    return 0

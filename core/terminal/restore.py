"""`python -m core restore`."""

import argparse
from pathlib import Path

from core.home import store_url
from core.runs.backup import restore
from core.words import count


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.sqlite", help="what “backup” wrote")


def run(chosen: argparse.Namespace) -> int:
    """Copy what “backup” wrote into a store without runs of its own."""
    print(f"{count(restore(chosen.file, store_url()), 'run')} restored")
    return 0
